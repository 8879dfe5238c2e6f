import type { JsonObject } from '@filiation/evidence';
import type { Oddity, TensorStore } from '../store.ts';
import { describeArchitecture } from './architecture.ts';
import { assignRoles, roleKey } from './assign.ts';
import { type ConfigurationFacts, readConfiguration } from './configuration.ts';
import { type Family, familyOfDialect, familyOfType, speaks } from './families.ts';
import { nameTensors } from './matched.ts';
import type { CanonicalModel, OriginClaims } from './model.ts';
import type { Dialect } from './names/lookup.ts';
import type { Tokenizer } from './tokenizer.ts';
import { readUsable } from './usable-numbers.ts';
import { readView } from './view.ts';
import { besideRoles } from './warnings.ts';

export interface ModelInput {
  readonly name: string;
  /** `sha256:`-prefixed tree digest, or another stable word where none was computed. */
  readonly digest: string;
  readonly store: TensorStore;
  /** config.json, or its equivalent from a GGUF header; `{}` where there is none. */
  readonly configuration?: JsonObject;
  readonly tokenizer?: Tokenizer;
  readonly claims?: OriginClaims;
  /** What the opening of the files already found. The store's own are added. */
  readonly oddities?: readonly Oddity[];
  /** GGUF of an architecture whose converter keeps query and key rows as rotary pairs. */
  readonly rotaryPairs?: boolean;
}

/** Gives a store's tensors their roles. A family nobody knows yields a model with everything unassigned. */
export function buildModel(input: ModelInput): CanonicalModel {
  const { store } = input;
  const configuration = input.configuration ?? {};
  const facts = readConfiguration(configuration);
  const named = nameTensors(store.tensors);
  const { family, oddities } = chooseFamily(named.dialect, facts);
  const assigned = assignRoles(named, {
    facts,
    family,
    rotaryPairs: input.rotaryPairs ?? false,
    // The GGUF converter has added Gemma's 1 already.
    gainPlusOne: store.format !== 'gguf' && family?.gainPlusOne === true,
  });
  const described = describeArchitecture({ ...assigned, facts, family, configuration });
  const index = new Map(
    assigned.tensors.map((tensor) => [
      roleKey(tensor.role, tensor.layer, tensor.expert, tensor.bias),
      tensor,
    ]),
  );
  return {
    name: input.name,
    digest: input.digest,
    store,
    architecture: described.architecture,
    tokenizer: input.tokenizer,
    tensors: assigned.tensors,
    unassigned: assigned.unassigned,
    oddities: [
      ...store.oddities,
      ...(input.oddities ?? []),
      ...oddities,
      ...assigned.oddities,
      ...described.oddities,
      ...besideRoles(assigned.unassigned, assigned.tensors, input.tokenizer),
    ],
    ...(input.claims === undefined ? {} : { claims: input.claims }),
    find: (role, layer, options) => index.get(roleKey(role, layer, options?.expert, options?.bias)),
    read: readUsable(async (tensor, selection) => {
      if (tensor.view === undefined)
        throw new RangeError(`${tensor.origin} is not a tensor of ${input.name}`);
      return readView(store, tensor.stored, tensor.view, tensor, selection?.rows);
    }),
  };
}

/** The configuration names the family, unless the tensors' names contradict it. */
function chooseFamily(
  dialect: Dialect | undefined,
  facts: ConfigurationFacts,
): { readonly family: Family | undefined; readonly oddities: readonly Oddity[] } {
  const claimed = facts.type === undefined ? undefined : familyOfType(facts.type);
  const spoken = familyOfDialect(dialect);
  if (claimed === undefined || dialect === undefined || speaks(claimed, dialect))
    return { family: dialect === undefined ? undefined : (claimed ?? spoken), oddities: [] };
  return {
    family: spoken,
    oddities: [
      {
        severity: 'warning',
        kind: 'family-mismatch',
        text: `the configuration says ${facts.type}, but the tensors are named as in ${spoken?.name ?? dialect}`,
      },
    ],
  };
}
