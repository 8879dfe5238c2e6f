import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  type CommitmentRecord,
  canonicalBytes,
  concatBytes,
  FiliationError,
  hexOf,
  type OpeningDocument,
  type PartItem,
  parseJson,
  utf8Bytes,
  verifyOpening,
  verifyRedaction,
} from '@filiation/verify';
import { nodePlatform as hasher } from '@filiation/verify/node';
import fc from 'fast-check';
import { Secret } from '../keys/secret.ts';
import { commitEquality, commitParts, openParts, type PartCommitment, rowParts } from './commit-parts.ts';
import { hmacSha256 } from './part-salt.ts';
import { redactRows } from './redact-rows.ts';

const MASTER = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
const master = () => new Secret(MASTER.slice());
const sha256 = (...parts: Uint8Array[]) =>
  createHash('sha256')
    .update(concatBytes(...parts))
    .digest();
const coded = (code: string) => (error: unknown) => error instanceof FiliationError && error.code === code;

const rowsText = (count: number) => Array.from({ length: count }, (_, i) => `{"row":${i}}\n`).join('');
const commitRows = (text: string, scope = 'E1') =>
  commitParts({ hasher, scope, kind: 'rows' }, master(), rowParts(hasher, [utf8Bytes(text)]));

/** Root by the definition of RFC 6962, recursively. */
function definedRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Uint8Array.of(1), definedRoot(leaves.slice(0, split)), definedRoot(leaves.slice(split)));
}

const tensor = (i: number): PartItem => ({
  file: 'model.safetensors',
  name: `layer.${i}`,
  dtype: 'F16',
  shape: [2, i + 3],
  start: 8 * i,
  end: 8 * i + 8,
  sha256: hexOf(sha256(Uint8Array.of(i))),
});
const file = (i: number): PartItem => ({
  path: `logs/${i}.csv`,
  size: i,
  sha256: hexOf(sha256(Uint8Array.of(i))),
});

async function openSome(items: PartItem[], kind: 'tensors' | 'files', indices: number[]) {
  const commitment = await commitParts({ hasher, scope: 'E2', kind }, master(), items);
  const chosen = indices.map((index) => ({ index, item: items[index]! }));
  const document = await openParts(hasher, commitment, chosen, () => 'trade secret');
  return { commitment, document };
}

describe('hmacSha256', () => {
  it('is that of another implementation for every key and message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 200 }), (key, message) => {
        const expected = createHmac('sha256', key).update(message).digest('hex');
        assert.equal(hexOf(hmacSha256(hasher, key, message)), expected);
      }),
    );
    assert.throws(() => hmacSha256(hasher, new Uint8Array(65), MASTER), RangeError);
  });
});

describe('a commitment', () => {
  it('is the RFC 6962 tree over SHA-256(0 ‖ salt ‖ JCS(item)) with salts from the master salt', async () => {
    for (const count of [1, 2, 3, 7, 8, 33, 70]) {
      const items = Array.from({ length: count }, (_, i) => tensor(i));
      const { record } = await commitParts({ hasher, scope: 'E2', kind: 'tensors' }, master(), items);
      const leaves = items.map((item, i) => {
        const salt = createHmac('sha256', MASTER).update(`E2/tensors/${i}`).digest();
        return sha256(Uint8Array.of(0), salt, canonicalBytes({ ...item } as never));
      });
      assert.equal(record.root, hexOf(definedRoot(leaves)));
      assert.equal(record.count, count);
    }
  });

  it('without salts shows equality and is another record', async () => {
    const options = { hasher, scope: 'E2', kind: 'files' } as const;
    const [one, same, salted] = [
      await commitEquality(options, [file(1), file(2)]),
      await commitEquality(options, [file(1), file(2)]),
      await commitParts(options, master(), [file(1), file(2)]),
    ];
    assert.equal(one.record.root, same.record.root);
    assert.equal(one.record.salting, 'equality');
    assert.notEqual(one.record.root, salted.record.root);
    const document = await openParts(hasher, one, [{ index: 0, item: file(1) }], () => 'g');
    assert.deepEqual(verifyOpening(hasher, one.record, document), [file(1)]);
    assert.equal('salt' in document.opened[0]!, false);
  });

  it('depends on the scope, so that equal exhibits do not show as equal', async () => {
    const roots = new Set<string>();
    for (const scope of ['E1', 'E2', 'E11']) roots.add((await commitRows('a\nb\n', scope)).record.root);
    assert.equal(roots.size, 3);
  });

  it('takes only items of its kind, rows in order, and at least one', async () => {
    const options = { hasher, scope: 'E2', kind: 'rows' } as const;
    for (const items of [
      [],
      [file(1)],
      [{ index: 1, sha256: hexOf(sha256()) }],
      [{ index: 0, sha256: 'zz' }],
    ])
      await assert.rejects(commitParts(options, master(), items as PartItem[]), coded('USAGE'));
  });
});

describe('an opening', () => {
  it('shows what was chosen and verifies, for any choice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(fc.boolean()),
        async (count, picks) => {
          const items = Array.from({ length: count }, (_, i) => tensor(i));
          const indices = items.map((_, i) => i).filter(() => picks.next().value === true);
          const { commitment, document } = await openSome(items, 'tensors', indices);
          const sent = parseJson(canonicalBytes(document as never), {
            limit: 1e7,
          }) as never as OpeningDocument;
          assert.deepEqual(
            verifyOpening(hasher, commitment.record, sent),
            indices.map((i) => items[i]),
          );
          const hidden = sent.withheld.reduce((sum, { from, to }) => sum + to - from, 0);
          assert.equal(hidden, count - indices.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('holds nothing of withheld parts: neither their names and digests nor their salts', async () => {
    const items = Array.from({ length: 9 }, (_, i) => tensor(i));
    const { commitment, document } = await openSome(items, 'tensors', [2, 5]);
    const text = new TextDecoder().decode(canonicalBytes(document as never));
    for (const [i, item] of items.entries()) {
      const opened = i === 2 || i === 5;
      assert.equal(text.includes((item as { name: string }).name), opened);
      assert.equal(text.includes(item.sha256), opened);
      assert.equal(text.includes(hexOf(commitment.saltOf!(i))), opened);
    }
    assert.ok(!text.includes(hexOf(MASTER)));
  });

  it('is not made of parts that do not exist, are named twice, or changed meanwhile', async () => {
    const commitment = await commitEquality({ hasher, scope: 'E', kind: 'files' }, [file(0), file(1)]);
    const open = (...parts: [number, PartItem][]) =>
      openParts(
        hasher,
        commitment,
        parts.map(([index, item]) => ({ index, item })),
        () => 'g',
      );
    await assert.rejects(open([2, file(1)]), coded('USAGE'));
    await assert.rejects(open([-1, file(1)]), coded('USAGE'));
    await assert.rejects(open([0, file(0)], [0, file(0)]), coded('USAGE'));
    await assert.rejects(open([0, file(1)]), coded('CONFLICT'));
  });

  it('is refused after any change of any value in it', async () => {
    const { commitment, document } = await openSome(
      Array.from({ length: 11 }, (_, i) => tensor(i)),
      'tensors',
      [0, 3, 4, 10],
    );
    verifyOpening(hasher, commitment.record, document);
    let mutants = 0;
    for (const mutant of mutations(document)) {
      mutants++;
      assert.throws(
        () => verifyOpening(hasher, commitment.record, mutant as OpeningDocument),
        (error) => coded('UNVERIFIED')(error) || coded('MALFORMED')(error),
        JSON.stringify(mutant),
      );
    }
    assert.ok(mutants > 150, `${mutants} mutants`);
  });

  it('is refused against another record: another count, root, kind, scope or salting', async () => {
    const { commitment, document } = await openSome([file(0), file(1), file(2)], 'files', [1]);
    const changes: Partial<CommitmentRecord>[] = [
      { count: 4 },
      { root: '00'.repeat(32) },
      { kind: 'tensors' },
      { salting: 'equality' },
    ];
    for (const change of changes) {
      const record = { ...commitment.record, ...change };
      assert.throws(() => verifyOpening(hasher, record, document), coded('UNVERIFIED'));
      assert.throws(() => verifyOpening(hasher, record, { ...document, commitment: record }), FiliationError);
    }
  });

  it('cannot name one part twice under two places', async () => {
    const { commitment, document } = await openSome([file(0), file(0), file(2)], 'files', [0, 1]);
    assert.throws(() => verifyOpening(hasher, commitment.record, document), /same name/);
  });
});

/** Every document with one value changed, one member or item dropped, or two items swapped. Grounds of
 *  withholding are words, which the commitment does not cover. */
function* mutations(value: unknown): Iterable<unknown> {
  if (typeof value === 'number') {
    yield value + 1;
    yield -1;
  } else if (typeof value === 'string') {
    yield `${value}0`;
    yield value.startsWith('0') ? `1${value.slice(1)}` : `0${value.slice(1)}`;
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      yield value.toSpliced(i, 1);
      yield value.toSpliced(i, 0, value[i]);
      if (i > 0) yield value.toSpliced(i - 1, 2, value[i], value[i - 1]);
      for (const each of mutations(value[i])) yield value.toSpliced(i, 1, each);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (name === 'ground' || name === 'grounds') continue;
      const { [name]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
      for (const each of mutations(member)) yield { ...value, [name]: each };
    }
  }
}

async function linesOf(lines: AsyncIterable<string>): Promise<string> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all.join('');
}

async function redacted(
  commitment: PartCommitment,
  text: string,
  hide: (index: number) => number | undefined,
): Promise<string> {
  return linesOf(redactRows(hasher, commitment, [utf8Bytes(text)], { grounds: ['privacy', 'secret'], hide }));
}

describe('a redacted log', () => {
  it('shows the other rows as they were and verifies, for any choice of rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.constantFrom(undefined, 0, 1)), { minLength: 1 }),
        fc.integer({ min: 1, max: 50 }),
        async (choice, piece) => {
          const rows = choice.map(([text]) => `${text.replaceAll('\n', '')}.`);
          const text = rows.join('\n');
          const commitment = await commitRows(text);
          const out = utf8Bytes(await redacted(commitment, text, (i) => choice[i]![1]));
          const pieces = [];
          for (let i = 0; i < out.length; i += piece) pieces.push(out.subarray(i, i + piece));
          const seen = new Map<number, string>();
          const result = await verifyRedaction(hasher, commitment.record, pieces, (i, row) =>
            seen.set(i, new TextDecoder('utf-8', { ignoreBOM: true }).decode(row)),
          );
          for (const [i, row] of rows.entries())
            assert.equal(seen.get(i), choice[i]![1] === undefined ? row : undefined);
          assert.equal(result.shown + result.hidden, rows.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps bytes that are not text', async () => {
    const bytes = Uint8Array.of(0xff, 0x0d, 0x0a, 0x61);
    const parts = rowParts(hasher, [bytes]);
    const commitment = await commitParts({ hasher, scope: 'E1', kind: 'rows' }, master(), parts);
    const out = await linesOf(
      redactRows(hasher, commitment, [bytes], { grounds: [], hide: () => undefined }),
    );
    const seen: Uint8Array[] = [];
    await verifyRedaction(hasher, commitment.record, [utf8Bytes(out)], (_, row) => seen.push(row));
    assert.deepEqual(seen, [Uint8Array.of(0xff, 0x0d), Uint8Array.of(0x61)]);
  });

  it('shrinks long runs to a few hashes', async () => {
    const text = rowsText(1_000);
    const out = await redacted(await commitRows(text), text, (i) => (i === 500 ? undefined : 0));
    assert.ok(out.split('\n').length < 25);
    assert.ok(!out.includes('"row":499') && !out.includes(':501'));
  });

  it('is refused when any line is changed, dropped, doubled or moved', async () => {
    const text = rowsText(21);
    const commitment = await commitRows(text);
    const lines = (await redacted(commitment, text, (i) => [undefined, 0, 1, 0, 0][i % 5]))
      .trimEnd()
      .split('\n');
    const verify = (mutant: readonly string[]) =>
      verifyRedaction(hasher, commitment.record, [utf8Bytes(mutant.join('\n'))]);
    await verify(lines);
    const refused = async (mutant: readonly string[]) =>
      assert.rejects(
        verify(mutant),
        (error) => coded('UNVERIFIED')(error) || coded('MALFORMED')(error),
        mutant.join('\n'),
      );
    for (let i = 0; i < lines.length; i++) {
      await refused(lines.toSpliced(i, 1));
      await refused(lines.toSpliced(i, 0, lines[i]!));
      if (i > 0) await refused(lines.toSpliced(i - 1, 2, lines[i]!, lines[i - 1]!));
      for (const mutant of mutations(JSON.parse(lines[i]!) as unknown)) {
        await refused(lines.toSpliced(i, 1, JSON.stringify(mutant)));
      }
      for (const garbage of ['', '[]', 'null', '{}', '{"level":0}', '{'])
        await refused(lines.toSpliced(i, 1, garbage));
    }
    await refused([]);
  });

  it('is not made of another log than the one committed to', async () => {
    const commitment = await commitRows('a\nb\nc\n');
    for (const other of ['a\nb\n', 'a\nb\nc\nd\n', 'a\nB\nc\n', '', 'a\nb\nc\r\n'])
      await assert.rejects(
        redacted(commitment, other, () => 0),
        coded('CONFLICT'),
        JSON.stringify(other),
      );
    await assert.rejects(
      redacted(commitment, 'a\nb\nc\n', () => 7),
      coded('USAGE'),
    );
  });

  it('is one of rows, not of tensors', async () => {
    const commitment = await commitParts({ hasher, scope: 'E', kind: 'files' }, master(), [file(0)]);
    await assert.rejects(
      redacted(commitment, 'a\n', () => 0),
      coded('USAGE'),
    );
  });
});

describe('memory', () => {
  it('stays that of the leaf hashes: rows are streamed through commitment, redaction and verification', async () => {
    const count = 20_000;
    let alive = 0;
    function* pieces() {
      for (let i = 0; i < count; i++) {
        alive++;
        yield utf8Bytes(`{"row":${i},"text":"${'x'.repeat(200)}"}\n`);
        alive--;
      }
    }
    const options = { hasher, scope: 'E9', kind: 'rows' } as const;
    const commitment = await commitParts(options, master(), rowParts(hasher, pieces()));
    assert.equal(commitment.record.count, count);
    let largest = 0;
    let lines = 0;
    const redaction = { grounds: ['g'], hide: (i: number) => (i % 100 === 0 ? undefined : 0) };
    async function* out() {
      for await (const line of redactRows(hasher, commitment, pieces(), redaction)) {
        lines++;
        largest = Math.max(largest, alive);
        yield utf8Bytes(line);
      }
    }
    const { shown } = await verifyRedaction(hasher, commitment.record, out());
    assert.equal(shown, 200);
    assert.ok(largest <= 1, 'no piece is asked for before the one before it has been dealt with');
    assert.ok(lines < 200 * 14);
  });
});
