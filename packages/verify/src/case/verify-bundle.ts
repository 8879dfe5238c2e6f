import {
  checkBag,
  PAYLOAD_FOLDER as PAYLOAD,
  SEAL_FILE as SEAL,
  TAG_MANIFEST_FILE as TAG_MANIFEST,
} from '../bag/check-bag.ts';
import { equalBytes, hexOf, utf8Bytes } from '../bytes.ts';
import type { Check, VerificationReport } from '../check.ts';
import { BUNDLE_PREDICATE, BUNDLE_SCHEMA, type BundleSeal } from '../claims/bundle-seal.ts';
import { MAX_ENVELOPE_BYTES, readEnvelope } from '../claims/dsse.ts';
import type { SealClaim } from '../claims/predicates.ts';
import { verifyEd25519 } from '../ed25519.ts';
import { FiliationError, faultOf } from '../error.ts';
import { canonicalBytes } from '../json/canonical.ts';
import type { JsonValue } from '../json.ts';
import { schemaFaults } from '../schema/schema.ts';
import type { BundleSource } from '../source.ts';
import { mayLog } from './rights.ts';
import type { CaseState } from './state.ts';
import { startTally } from './tally.ts';
import { type CaseCheckRequest, type CaseCheckResult, checkCase } from './verify-case.ts';

const MAX_MANIFEST_BYTES = 64 * 2 ** 20;
const MAX_WITHHELD_BYTES = 64 * 2 ** 20;
/** What a bundle may hold besides the case, by exact name or first folder. */
const OF_CASE =
  /^data\/(case\.json|withheld\.json|ro-crate-metadata\.json|(log|exhibits|plans|findings|opinions|replies|reports|disclosure|policy)\/.+)$/;
const OF_BAG =
  /^(bagit\.txt|bag-info\.txt|manifest-sha256\.txt|tagmanifest-sha256\.txt|seal\.dsse\.json|verify-by-hand\.md|verifier\/[^/]+)$/;

export type VerifyOptions = Omit<CaseCheckRequest, 'source' | 'prefix' | 'report' | 'digestOf'>;

export interface BundleVerification {
  readonly report: VerificationReport;
  /** What the log says; undefined where it could not be replayed at all. */
  readonly state: CaseState | undefined;
  /**
   * The log's signed checkpoint, with the cosignatures that came with it, where it could be read. Whoever
   * keeps it after a pass can hold the log to it later, as one of `seen`.
   */
  readonly checkpoint?: Uint8Array;
}

/**
 * Verifies a sealed bundle: archive or folder, bag, seal, log, claims, documents, exhibits, witnesses and
 * times. Offline; nothing in the bundle is executed or trusted. What a bundle can hold never throws: it
 * ends as a failed check that names the part.
 */
export async function verifyBundle(
  source: BundleSource,
  options: VerifyOptions,
): Promise<BundleVerification> {
  const tally = startTally();
  let result: CaseCheckResult | undefined;
  try {
    for (const { path } of source.members)
      if (!OF_CASE.test(path) && !OF_BAG.test(path))
        tally.report({ id: 'bag.known', status: 'failed', part: path, detail: 'belongs to no bundle' });
    const digests = await checkBag(source, options.platform, tally.report, (done, total) =>
      options.onProgress?.('files', done, total),
    );
    result = await checkCase({
      ...options,
      source,
      prefix: PAYLOAD,
      report: tally.report,
      digestOf: (path) => digests.get(path),
    });
    checkSealEntry(options, result.state, digests, tally.report);
    await checkWithheld(source, result.state, tally.report);
    await checkSeal(source, options, result, tally.report);
  } catch (error) {
    if (!(error instanceof FiliationError)) throw error;
    tally.report({
      id: 'bundle.readable',
      status: 'failed',
      part: error.where ?? source.name,
      detail: error.message,
    });
  }
  return {
    report: {
      schema: 'filiation.verification/1',
      bundle: source.name,
      verdict: tally.failed > 0 ? 'failed' : 'passed',
      checks: tally.checks,
      passed: tally.passed,
      facts: result?.facts ?? { entries: 0, vouchers: [] },
    },
    state: result?.state,
    ...(result?.checkpoint === undefined ? {} : { checkpoint: result.checkpoint }),
  };
}

/**
 * Digest of everything in the payload but the log and the catalogue made from it: what the last entry of
 * the log binds. Lines `sha256  path\n`, sorted as the bag's manifest is.
 */
export function contentsDigest(
  sha256: (bytes: Uint8Array) => Uint8Array,
  digests: Iterable<readonly [path: string, digest: string]>,
): string {
  const lines = [...digests]
    .filter(
      ([path]) =>
        path.startsWith(PAYLOAD) &&
        !path.startsWith(`${PAYLOAD}log/`) &&
        path !== `${PAYLOAD}ro-crate-metadata.json`,
    )
    .map(([path, digest]) => `${digest}  ${path}\n`);
  return hexOf(sha256(utf8Bytes(lines.join(''))));
}

/** The log ends with an entry that says what the bundle holds. */
function checkSealEntry(
  { platform }: VerifyOptions,
  state: CaseState,
  digests: ReadonlyMap<string, string>,
  report: (check: Check) => void,
) {
  const seal = state.seals.at(-1);
  const part = seal === undefined ? 'the log' : `entry ${seal.index} (seal)`;
  const id = 'seal.entry';
  if (seal === undefined || seal.index !== state.size - 1)
    return report({ id, status: 'failed', part, detail: 'does not end with the sealing of this bundle' });
  const fits = contentsDigest(platform.sha256, digests) === seal.sha256;
  report({
    id,
    status: fits ? 'passed' : 'failed',
    part,
    detail: fits ? '' : 'binds other files than the bundle holds',
  });
}

/** The bytes of `withheld.json`. */
export function withheldBytes(withheld: SealClaim['withheld']): Uint8Array {
  return canonicalBytes({ schema: 'filiation.withheld/1', withheld: withheld as unknown as JsonValue });
}

/** `withheld.json` repeats, for people, what the sealing entry says. */
async function checkWithheld(
  source: BundleSource,
  state: CaseState,
  report: (check: Check) => void,
): Promise<void> {
  const path = `${PAYLOAD}withheld.json`;
  const expected = withheldBytes(state.seals.at(-1)?.claim.withheld ?? []);
  const fault = await source
    .read(path, MAX_WITHHELD_BYTES)
    .then((found) => (equalBytes(found, expected) ? '' : 'is not the list of the sealing entry'), faultOf);
  report({ id: 'seal.withheld', status: fault === '' ? 'passed' : 'failed', part: path, detail: fault });
}

/** The signature over the whole bag, by a party that may seal, over the log as it stands. */
async function checkSeal(
  source: BundleSource,
  { platform }: VerifyOptions,
  { state, keyring, facts }: CaseCheckResult,
  report: (check: Check) => void,
): Promise<void> {
  const fault = (detail: string): undefined =>
    void report({ id: 'seal.signature', status: 'failed', part: SEAL, detail });
  const seen = await source
    .read(SEAL, MAX_ENVELOPE_BYTES)
    .then(readEnvelope)
    .catch((error: unknown) => fault(faultOf(error)));
  if (seen === undefined) return;
  const { statement, keyid, signature, message } = seen;
  const [form] = schemaFaults(BUNDLE_SCHEMA, statement.predicate);
  if (statement.predicateType !== BUNDLE_PREDICATE || form !== undefined)
    return fault(
      `is no seal of a bundle: ${form === undefined ? statement.predicateType : `${form.pointer} ${form.message}`}`,
    );
  const seal = statement.predicate as unknown as BundleSeal;
  const manifest = hexOf(platform.sha256(await source.read(TAG_MANIFEST, MAX_MANIFEST_BYTES)));
  const [subject] = statement.subject;
  if (statement.subject.length !== 1 || subject?.name !== TAG_MANIFEST || subject.digest.sha256 !== manifest)
    return fault('is over another list of files than this bundle has');
  const key = keyring.keyOf(keyid);
  const party = state.parties.get(seal.actor);
  if (key === undefined || key.party !== seal.actor || party === undefined)
    return fault(`is signed with a key that ${seal.actor} does not have`);
  if (!mayLog(party, 'seal')) fault(`is made by ${seal.actor}, whose roles do not allow it`);
  if (
    seal.case !== state.opening?.claim.case ||
    seal.log.size !== facts.entries ||
    seal.log.root !== facts.root
  )
    fault('speaks of another case, or of the log at another state');
  const verdict = await verifyEd25519(platform, key.key32, message, signature);
  if (verdict !== 'valid') return fault(`carries a signature that is ${verdict}`);
  report({ id: 'seal.signature', status: 'passed', part: SEAL, detail: '' });
}
