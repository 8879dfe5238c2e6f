import { hexOf } from '../bytes.ts';
import { COMMITMENT_SCHEMA, type CommitmentRecord } from '../disclosure/commitment.ts';
import { OPENING_SCHEMA, type OpeningDocument, verifyOpening } from '../disclosure/opening.ts';
import { verifyRedaction } from '../disclosure/redaction.ts';
import { SKETCH_SCHEMA, type SketchDocument, sketchFaults } from '../disclosure/sketch-document.ts';
import { FiliationError } from '../error.ts';
import { detailOf } from './detail.ts';
import { type DocumentInput, readDocument, result } from './document-checks.ts';
import type { DisclosureRecord, ExhibitRecord } from './state.ts';

/** Records of one exhibit by the root of their commitment, as their documents give them. */
type Records = Map<string, { readonly record: CommitmentRecord; readonly sha256: string }>;

/**
 * Every document of a disclosure against what was committed to: records well-formed, opened parts at their
 * place, redacted logs row by row, sketches within what they book. The bytes of the exhibit are not needed.
 */
export async function checkDisclosures(input: DocumentInput): Promise<void> {
  for (const [number, exhibit] of input.state.exhibits) {
    const records: Records = new Map();
    let cap: number | undefined;
    for (const disclosure of exhibit.disclosures) {
      const part = `entry ${disclosure.index} (${disclosure.claim.action} of ${number})`;
      if (disclosure.claim.action === 'commit') await checkRecord(input, number, part, disclosure, records);
      else if (disclosure.claim.action === 'open') await checkOpening(input, part, disclosure, records);
      else if (disclosure.claim.action === 'withhold') checkWithheld(input, part, disclosure, records);
      else {
        await checkSketch(input, part, disclosure);
        cap = checkCap(input, part, disclosure, cap);
      }
    }
    checkRegistered(input, number, exhibit, records);
  }
  warnOfStrangers(input);
}

/** A document that was written and never logged, as a refused act leaves it, binds nobody. */
function warnOfStrangers({ source, prefix, state, report }: DocumentInput): void {
  const folder = `${prefix}disclosure/`;
  const logged = new Set(
    [...state.exhibits.values()].flatMap(({ disclosures }) => disclosures.map(({ sha256 }) => sha256)),
  );
  for (const { path } of source.members)
    if (path.startsWith(folder) && !logged.has(path.slice(folder.length, folder.length + 64)))
      report({
        id: 'disclosure.known',
        status: 'warning',
        part: path,
        detail: 'lies among the disclosures, but no entry speaks of it',
      });
}

async function checkRecord(
  input: DocumentInput,
  number: string,
  part: string,
  { claim, sha256 }: DisclosureRecord,
  records: Records,
): Promise<void> {
  const value = await readDocument(input, 'disclosure', sha256, part, COMMITMENT_SCHEMA);
  if (value === undefined) return;
  const record = value as unknown as CommitmentRecord;
  const faults: string[] = [];
  if (record.root !== claim.commitment) faults.push('gives another root than its log entry');
  if (record.count !== claim.of || claim.parts !== claim.of)
    faults.push(`counts ${record.count} parts, its log entry ${claim.parts} of ${claim.of}`);
  if (record.scope !== number && !record.scope.startsWith(`${number}/`))
    faults.push(`is about ${record.scope}, not ${number}`);
  result(input, 'disclosure.record', part, faults);
  if (faults.length === 0) records.set(record.root, { record, sha256 });
}

async function checkOpening(
  input: DocumentInput,
  part: string,
  disclosure: DisclosureRecord,
  records: Records,
): Promise<void> {
  const { claim, sha256 } = disclosure;
  const rows = `${input.prefix}disclosure/${sha256}.jsonl`;
  const redacted = input.source.has(rows);
  const id = redacted ? 'disclosure.redaction' : 'disclosure.opening';
  const record = records.get(claim.commitment)?.record;
  const value = redacted ? undefined : await readDocument(input, 'disclosure', sha256, part, OPENING_SCHEMA);
  if (!redacted && value === undefined) return;
  if (record === undefined)
    return input.report({
      id,
      status: 'not-checked',
      part,
      detail: 'opens parts of a commitment whose record is not here, or does not hold',
    });
  try {
    const shown = redacted
      ? await checkRedaction(input, part, rows, sha256, record)
      : verifyOpening(input.platform, record, value as unknown as OpeningDocument).length;
    const fits = shown === claim.parts && record.count === claim.of;
    const says = `opens ${shown} of ${record.count} parts, its log entry says ${claim.parts} of ${claim.of}`;
    result(input, id, part, fits ? [] : [says]);
  } catch (error) {
    if (!(error instanceof FiliationError)) throw error;
    result(input, id, error.where === undefined ? part : `${part}, ${error.where}`, [detailOf(error)]);
  }
}

/** Reads a redacted log once: its rows against the record, its bytes against the log entry. */
async function checkRedaction(
  input: DocumentInput,
  part: string,
  path: string,
  sha256: string,
  record: CommitmentRecord,
): Promise<number> {
  const digest = input.platform.runningSha256();
  async function* pieces(): AsyncIterable<Uint8Array> {
    for await (const piece of input.source.stream(path)) {
      digest.update(piece);
      yield piece;
    }
  }
  const { shown } = await verifyRedaction(input.platform, record, pieces());
  const fits = hexOf(digest.digest()) === sha256;
  result(input, 'document.digest', part, fits ? [] : [`${path} does not hold the bytes that were logged`]);
  return shown;
}

function checkWithheld(
  input: DocumentInput,
  part: string,
  { claim, sha256 }: DisclosureRecord,
  records: Records,
): void {
  const record = records.get(claim.commitment);
  if (record === undefined) return;
  const fits = record.sha256 === sha256;
  result(input, 'disclosure.record', part, fits ? [] : ['withholds parts of another record than was logged']);
}

async function checkSketch(
  input: DocumentInput,
  part: string,
  { claim, sha256 }: DisclosureRecord,
): Promise<void> {
  const value = await readDocument(input, 'disclosure', sha256, part, SKETCH_SCHEMA);
  if (value === undefined) return;
  const sketch = value as unknown as SketchDocument;
  const faults = [...sketchFaults(sketch)];
  const { leak } = claim;
  if (leak === undefined) return;
  if (sketch.seed !== input.state.seeds.get(leak.seed)?.value)
    faults.push(`was drawn with another seed than ${leak.seed}`);
  if (['released', 'total', 'cap'].some((name) => sketch.leak[name as 'cap'] !== leak[name as 'cap']))
    faults.push('books another leak than its log entry');
  const of = sketch.tensors.length + sketch.skipped.length;
  if (sketch.tensors.length !== claim.parts || of !== claim.of)
    faults.push(
      `holds ${sketch.tensors.length} of ${of} tensors, its log entry ${claim.parts} of ${claim.of}`,
    );
  result(input, 'disclosure.sketch', part, faults);
}

/** A cap that grows from sketch to sketch bounds nothing. */
function checkCap(
  input: DocumentInput,
  part: string,
  { claim }: DisclosureRecord,
  before: number | undefined,
): number | undefined {
  const cap = claim.leak?.cap;
  if (cap !== undefined && before !== undefined && cap > before)
    input.report({
      id: 'disclosure.sketch',
      status: 'warning',
      part,
      detail: `raises the cap of what may be given away from ${before} to ${cap} unknowns`,
    });
  return cap === undefined ? before : Math.min(cap, before ?? cap);
}

/** What was registered with a commitment must have its record in the case, or nothing can be opened. */
function checkRegistered(
  input: DocumentInput,
  number: string,
  exhibit: ExhibitRecord,
  records: Records,
): void {
  const { commitment, name } = exhibit.claim;
  if (commitment === undefined) return;
  const fits = records.has(commitment);
  const part = `exhibit ${number} (${name})`;
  result(input, 'disclosure.record', part, fits ? [] : ['is committed to, but no record of it is logged']);
}
