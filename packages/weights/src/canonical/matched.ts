import type { StoredTensor } from '../store.ts';
import type { TensorRole } from './model.ts';
import { type Dialect, matchName, type NameMatch } from './names/lookup.ts';
import type { NameRule, TransposedKind } from './names/rule.ts';

/** A stored tensor whose name is known. */
export interface Matched {
  readonly stored: StoredTensor;
  readonly match: NameMatch;
  /** The rule's roles, or what the layer's other tensors make of them. */
  readonly roles: readonly TensorRole[];
  /** How fused parts lie, as the layer's other tensors tell. */
  readonly interleave: NameRule['interleave'];
}

/** Facts that the named tensors tell together, needed to read each of them. */
export interface NamedModel {
  readonly matched: readonly Matched[];
  readonly unmatched: readonly StoredTensor[];
  readonly byName: ReadonlyMap<string, StoredTensor>;
  /** How most of them are named. */
  readonly dialect: Dialect | undefined;
  /** Width of the residual stream. */
  readonly hiddenSize: number | undefined;
  /** Whether weights of this kind lie in × out in this model. */
  readonly inByOut: Readonly<Record<TransposedKind, boolean>>;
  /** Input width of a layer's matrix of a role. */
  inputWidth(role: TensorRole, layer: number | undefined, expert?: number): number | undefined;
}

export function nameTensors(tensors: readonly StoredTensor[]): NamedModel {
  const named: { stored: StoredTensor; match: NameMatch }[] = [];
  const unmatched: StoredTensor[] = [];
  for (const stored of tensors) {
    const match = stored.elementCount === 0 ? undefined : matchName(stored.name);
    if (match === undefined) unmatched.push(stored);
    else named.push({ stored, match });
  }
  const present = new Set(named.map(({ match }) => `${match.pattern}/${match.layer ?? ''}`));
  const gated = new Set(named.filter(holdsGate).map(({ match }) => `${match.layer}`));
  const widths = new Map<string, Matched>();
  const matched = named.map(({ stored, match }): Matched => {
    const entry = { stored, match, ...resolve(match, present) };
    if (!match.bias) widths.set(`${entry.roles[0]}/${match.layer ?? ''}/${match.expert ?? ''}`, entry);
    return entry;
  });
  const hiddenSize = residualWidth(matched);
  const inByOut = {
    conv1d: liesInByOut(matched, 'conv1d', hiddenSize) ?? false,
    experts: liesInByOut(matched, 'experts', hiddenSize) ?? true,
  };
  const inputWidth: NamedModel['inputWidth'] = (role, layer, expert) => {
    const found = widths.get(`${role}/${layer ?? ''}/${expert ?? ''}`);
    if (found === undefined) return undefined;
    const kind = found.match.rule.transposed;
    const flipped = kind !== undefined && inByOut[kind];
    return found.stored.shape.at(flipped ? -2 : -1);
  };
  return {
    matched: matched.map((entry) => fuseUnnamedGate(entry, gated, inputWidth)),
    unmatched,
    byName: new Map(tensors.map((stored) => [stored.name, stored])),
    dialect: commonestDialect(matched),
    hiddenSize,
    inByOut,
    inputWidth,
  };
}

function commonestDialect(matched: readonly Matched[]): Dialect | undefined {
  const votes = new Map<Dialect, number>();
  for (const { match } of matched) votes.set(match.dialect, (votes.get(match.dialect) ?? 0) + 1);
  return [...votes].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function holdsGate({ match }: { match: NameMatch }): boolean {
  return match.rule.roles.includes('mlp-gate');
}

function resolve(match: NameMatch, present: ReadonlySet<string>): Pick<Matched, 'roles' | 'interleave'> {
  const { otherwise, interleave, interleaveBeside, roles } = match.rule;
  const has = (pattern: string): boolean => present.has(`${pattern}/${match.layer ?? ''}`);
  return {
    roles: otherwise !== undefined && has(otherwise.beside) ? [otherwise.role] : roles,
    interleave: interleaveBeside === undefined || has(interleaveBeside) ? interleave : 'parts',
  };
}

/** GGUF keeps Phi-3's and GLM-4's fused gate and up under the name of `up` alone: twice the rows tell. */
function fuseUnnamedGate(
  entry: Matched,
  gated: ReadonlySet<string>,
  inputWidth: NamedModel['inputWidth'],
): Matched {
  const { match, stored, roles } = entry;
  if (match.dialect !== 'gguf' || roles[0] !== 'mlp-up' || gated.has(`${match.layer}`)) return entry;
  const down = inputWidth('mlp-down', match.layer, match.expert);
  const rows = stored.shape.at(match.bias ? -1 : -2);
  return down !== undefined && rows === 2 * down ? { ...entry, roles: ['mlp-gate', 'mlp-up'] } : entry;
}

/** The commonest length of the norms on the residual stream; else the width of the embedding. */
function residualWidth(matched: readonly Matched[]): number | undefined {
  const votes = new Map<number, number>();
  for (const { roles, stored, match } of matched) {
    const role = roles[0];
    if (match.bias || !(role === 'attention-norm' || role === 'mlp-norm' || role === 'final-norm')) continue;
    votes.set(stored.elementCount, (votes.get(stored.elementCount) ?? 0) + 1);
  }
  const [winner] = [...votes].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  if (winner !== undefined) return winner[0];
  return matched.find(({ roles, match }) => roles[0] === 'embedding' && !match.bias)?.stored.shape.at(-1);
}

/** One weight of unequal sides decides for all, because the others may be square. */
function liesInByOut(
  matched: readonly Matched[],
  kind: TransposedKind,
  hiddenSize: number | undefined,
): boolean | undefined {
  for (const { match, stored } of matched) {
    const [rows, columns] = stored.shape.slice(-2);
    const rank = kind === 'experts' ? 3 : 2;
    if (match.bias || match.rule.transposed !== kind || stored.shape.length !== rank || rows === columns)
      continue;
    const writes = match.rule.roles[0] === 'mlp-down' || match.rule.roles[0] === 'attention-o';
    if (rows === hiddenSize) return !writes;
    if (columns === hiddenSize) return writes;
  }
  return undefined;
}
