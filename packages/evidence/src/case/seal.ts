import {
  BUNDLE_PREDICATE,
  type BundleSeal,
  type BundleSource,
  canonicalBytes,
  claimKeyId,
  contentsDigest,
  envelopeBytes,
  FiliationError,
  hexOf,
  type JsonValue,
  PAYLOAD_FOLDER,
  SEAL_FILE,
  STATEMENT_TYPE,
  type Statement,
  statementMessage,
  TAG_MANIFEST_FILE,
  tilePath,
  tilesOf,
  withheldBytes,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { type SealMember, writeArchive } from '../seal/archive-writer.ts';
import { prepareBag } from '../seal/bag-writer.ts';
import { memberOf, membersOf } from '../seal/members.ts';
import { CRATE_FILE, roCrate } from '../seal/ro-crate.ts';
import { type Actor, type CaseFolder, draft } from './case-folder.ts';
import { caseSource } from './case-source.ts';
import { crateOf } from './crate.ts';

/** Folders that hold nothing but documents. */
const DOCUMENTS = /^(plans|findings|opinions|replies|reports|disclosure)\//;

export interface SealInput {
  /** Archive to write. */
  readonly out: string;
  /** Exhibits that stay behind, as digest and ground. */
  readonly withheld: readonly { readonly exhibit: string; readonly ground: string }[];
  readonly software: string;
  /** What stands beside the case: the verifier, the guide to checking by hand. */
  readonly tags: readonly SealMember[];
  readonly now: () => Date;
  /** Gathers time tokens and cosignatures once the last entry is logged. */
  readonly vouch: (of: CaseFolder) => Promise<void>;
  readonly onProgress?: (step: string, done: number, total: number) => void;
}

const LOG = /^log\/(checkpoint|checkpoints\/[0-9]+|timestamps\/[^/]+\.(?:tsr|crl))$/;

/**
 * Seals the case: logs what goes in and what is withheld, lets others vouch for the log, and writes one
 * archive that anyone can check offline. The case stays open: a later seal makes another bundle.
 * @throws FiliationError CONFLICT where claims wait in the outbox, WRITE_FAILED
 */
export async function sealCase(of: CaseFolder, actor: Actor, input: SealInput): Promise<void> {
  if (!of.keepsLog)
    throw new FiliationError('CONFLICT', 'only whoever keeps the log can seal the case', {
      hint: 'hand your claims over with: filiation case send',
    });
  for (const { exhibit } of input.withheld)
    if (!of.state.exhibits.has(exhibit))
      throw new FiliationError('NOT_FOUND', `there is no exhibit ${exhibit} in the case`);
  const progress = (step: string) => (done: number, total: number) => input.onProgress?.(step, done, total);
  const withheld = memberOf(`${PAYLOAD_FOLDER}withheld.json`, withheldBytes(input.withheld));
  const contents = await contentsOf(of, input, withheld, progress('digesting'));
  await of.add(actor, [
    draft('seal', [{ name: 'contents', digest: { sha256: contents.digest } }], {
      included: contents.exhibits,
      withheld: input.withheld,
    }),
  ]);
  await input.vouch(of);
  const source = await caseSource(of.folder);
  try {
    const log = logMembers(source, of.size);
    const crate = canonicalBytes(
      roCrate(crateOf(of, contents.members, contents.digests, input)) as unknown as JsonValue,
    );
    const bag = await prepareBag(
      {
        payload: [...contents.members, ...log, memberOf(`${PAYLOAD_FOLDER}${CRATE_FILE}`, crate)],
        tags: input.tags,
        identifier: of.settings.case,
        agent: input.software,
        now: input.now,
      },
      progress('bagging'),
    );
    const seal = await signSeal(of, actor, input, bag.tagManifest);
    await writeArchive(input.out, [...bag.members, memberOf(SEAL_FILE, seal)], progress('writing'));
  } finally {
    await source.close();
  }
}

interface Contents {
  readonly members: readonly SealMember[];
  readonly digests: ReadonlyMap<string, string>;
  readonly digest: string;
  readonly exhibits: number;
}

/** Everything but the log, digested: what the sealing entry binds. */
async function contentsOf(
  of: CaseFolder,
  input: SealInput,
  withheld: SealMember,
  progress: (done: number, total: number) => void,
): Promise<Contents> {
  const source = await caseSource(of.folder);
  const left = new Set(input.withheld.map(({ exhibit }) => of.state.exhibits.get(exhibit)!.sha256));
  const members = [...publicMembers(of, source), withheld].filter(({ path }) => !left.has(exhibitOf(path)));
  const bag = await prepareBag(
    { payload: members, tags: [], identifier: of.settings.case, agent: input.software, now: input.now },
    progress,
  );
  const digests = new Map([...bag.digests].filter(([path]) => path.startsWith(PAYLOAD_FOLDER)));
  const exhibits = new Set(members.map(({ path }) => exhibitOf(path)).filter((sha256) => sha256 !== ''));
  return { members, digests, digest: contentsDigest(nodePlatform.sha256, digests), exhibits: exhibits.size };
}

function exhibitOf(path: string): string {
  return /^data\/exhibits\/([0-9a-f]{64})\//.exec(path)?.[1] ?? '';
}

/** What the log names: what an interrupted or refused act left in the folder is nobody else's. */
function publicMembers({ state, documents }: CaseFolder, source: BundleSource): readonly SealMember[] {
  const registered = new Set([...state.exhibits.values()].map(({ sha256 }) => sha256));
  return membersOf(source, PAYLOAD_FOLDER, (path) => {
    if (path.startsWith('log/')) return false;
    if (path.startsWith('exhibits/')) return registered.has(exhibitOf(`${PAYLOAD_FOLDER}${path}`));
    return !DOCUMENTS.test(path) || documents.has(path);
  });
}

/** The log as it stands: checkpoints, tokens, and the tiles of this size; older partial tiles stay behind. */
function logMembers(source: BundleSource, size: number): readonly SealMember[] {
  const tiles = new Set([...tilesOf(size)].map((tile) => `log/${tilePath(tile)}`));
  return membersOf(source, PAYLOAD_FOLDER, (path) => LOG.test(path) || tiles.has(path));
}

async function signSeal(
  of: CaseFolder,
  actor: Actor,
  input: SealInput,
  tagManifest: Uint8Array,
): Promise<Uint8Array> {
  const seal: BundleSeal = {
    format: 'filiation.bundle/1',
    case: of.settings.case,
    actor: actor.party,
    at: `${input.now().toISOString().slice(0, 19)}Z`,
    software: input.software,
    log: { origin: of.settings.origin, size: of.size, root: hexOf(of.log.root) },
  };
  const statement: Statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: TAG_MANIFEST_FILE, digest: { sha256: hexOf(nodePlatform.sha256(tagManifest)) } }],
    predicateType: BUNDLE_PREDICATE,
    predicate: seal as unknown as Statement['predicate'],
  };
  const { signer } = actor;
  return envelopeBytes(
    statement,
    claimKeyId(nodePlatform, signer.vkey),
    await signer.sign(statementMessage(statement)),
  );
}
