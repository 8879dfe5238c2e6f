import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { concatBytes, hexOf } from './bytes.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { inclusionProof } from './merkle-proofs.ts';
import { nodePlatform as platform } from './node/platform.ts';
import { noteBytes } from './note.ts';
import { judgeCheckpoint } from './policy-verdict.ts';
import { noteSigner } from './test-support/note-signer.ts';
import { definedRoot, leavesOf, readerOf } from './test-support/trees.ts';
import type { TlogPolicy } from './tlog-policy.ts';
import { formatTlogProof, parseTlogProof, type TlogProof, verifyTlogProof } from './tlog-proof.ts';

const SIZE = 21;
const LEAVES = leavesOf(SIZE);
const log = noteSigner('example.org/log', 1);
const [first, second] = [
  noteSigner('first.example', 2, 'cosignature'),
  noteSigner('second.example', 3, 'cosignature'),
];
const TEXT = formatCheckpoint({
  origin: log.key.name,
  size: SIZE,
  root: definedRoot(LEAVES),
  extensions: [],
});
const CHECKPOINT = noteBytes({
  text: TEXT,
  signatures: [log.sign(TEXT), first.sign(TEXT, 1_700_000_009), first.sign(TEXT, 1_700_000_000)],
});

function policy(quorum: string): TlogPolicy {
  return {
    logs: [{ key: noteSigner('another.example/log', 9).key }, { key: log.key }],
    witnesses: [
      { name: 'one', key: first.key },
      { name: 'two', key: second.key },
    ],
    groups: [
      { name: 'either', threshold: 1, members: ['one'] },
      { name: 'both', threshold: 2, members: ['either', 'two'] },
    ],
    quorum,
  };
}

async function receipt(index: number): Promise<TlogProof> {
  const hashes = await inclusionProof(platform, readerOf(LEAVES), index, SIZE);
  return { index, hashes, checkpoint: CHECKPOINT };
}

test('a receipt of every entry is written, read and verified', async () => {
  for (let index = 0; index < SIZE; index++) {
    const bytes = formatTlogProof(await receipt(index));
    const proof = parseTlogProof(bytes);
    assert.deepEqual(formatTlogProof(proof), bytes);
    const verdict = await verifyTlogProof(platform, proof, LEAVES[index]!, policy('either'));
    assert.equal(verdict.log.key.name, 'example.org/log');
    assert.deepEqual(verdict.witnesses, [{ name: 'one', time: 1_700_000_000 }], 'the earliest time counts');
    const other = LEAVES[(index + 1) % SIZE]!;
    await assert.rejects(verifyTlogProof(platform, proof, other, policy('either')), { code: 'UNVERIFIED' });
  }
});

test('is laid out as the C2SP text says', async () => {
  const { hashes, checkpoint } = await receipt(20);
  const lines = Buffer.from(
    formatTlogProof({ index: 20, hashes, checkpoint, extra: Uint8Array.of(1, 2) }),
  ).toString();
  assert.ok(lines.startsWith('c2sp.org/tlog-proof@v1\nextra AQI=\nindex 20\n'));
  const [, , , ...rest] = lines.split('\n');
  assert.deepEqual(
    rest.slice(0, hashes.length).map((line) => hexOf(Buffer.from(line, 'base64'))),
    hashes.map(hexOf),
  );
  assert.ok(lines.endsWith(`\n\n${Buffer.from(CHECKPOINT).toString()}`));
  const alone: TlogProof = { index: 0, hashes: [], checkpoint };
  assert.deepEqual(parseTlogProof(formatTlogProof(alone)), alone, 'the only entry of a log needs no hash');
});

test('too few witnesses, or no log of the policy, do not verify', async () => {
  const proof = await receipt(4);
  const verdict = await judgeCheckpoint(platform, policy('both'), CHECKPOINT);
  assert.equal(verdict.quorum, false, 'which alone is no error');
  await assert.rejects(verifyTlogProof(platform, proof, LEAVES[4]!, policy('both')), { message: /too few/ });
  const foreign = { ...policy('none'), logs: [{ key: noteSigner('another.example/log', 9).key }] };
  await assert.rejects(verifyTlogProof(platform, proof, LEAVES[4]!, foreign), { code: 'UNVERIFIED' });
  // A log of the policy that signs another log's checkpoint.
  const text = TEXT.replace('example.org/log', 'another.example/log');
  const checkpoint = noteBytes({ text, signatures: [log.sign(text)] });
  await assert.rejects(judgeCheckpoint(platform, policy('none'), checkpoint), {
    message: /not signed by a log/,
  });
});

test('a receipt changed in any bit is refused', async () => {
  const checkpoint = noteBytes({ text: TEXT, signatures: [log.sign(TEXT), first.sign(TEXT, 1_700_000_000)] });
  const bytes = formatTlogProof({ ...(await receipt(6)), checkpoint });
  const verify = async (receipt: Uint8Array) =>
    verifyTlogProof(platform, parseTlogProof(receipt), LEAVES[6]!, policy('one'));
  assert.ok((await verify(bytes)).quorum);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
      const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ (1 << bit) : byte));
      await assert.rejects(verify(changed), { name: 'FiliationError' });
    }),
    { numRuns: 300 },
  );
});

test('what is no receipt is refused', async () => {
  const good = Buffer.from(formatTlogProof(await receipt(6))).toString();
  const hash = good.split('\n')[2]!;
  for (const text of [
    ...['', '\n\n', good.slice(1), good.replace('@v1', '@v2'), good.replace('index 6', 'index 06')],
    ...[
      good.replace('index 6', 'Index 6'),
      good.replace('index 6', 'index -6'),
      good.replace('index 6\n', ''),
    ],
    ...[
      good.replace('index 6', 'index 6\nextra AQI='),
      good.replace(hash, hash.slice(4)),
      good.replace(hash, `${hash} `),
    ],
    ...[good.replace(hash, `${hash}\n`.repeat(54).trimEnd()), good.replace('index', 'extra AQ\nindex')],
    good.replaceAll('\n', '\r\n'),
  ])
    assert.throws(
      () => parseTlogProof(Buffer.from(text)),
      { code: 'MALFORMED' },
      JSON.stringify(text.slice(0, 99)),
    );
  assert.throws(() => parseTlogProof(Buffer.from(good.replace('index 6', 'index 9007199254740992'))), {
    code: 'LIMIT_EXCEEDED',
  });
  const long = concatBytes(Buffer.from(good), new Uint8Array(700_000).fill(65));
  assert.throws(() => parseTlogProof(long), { code: 'LIMIT_EXCEEDED' });
  const padded = Buffer.from(good.replace('index', `extra ${'A'.repeat(400_000)}\nindex`));
  assert.throws(() => parseTlogProof(padded), { code: 'LIMIT_EXCEEDED' });
  assert.throws(() => formatTlogProof({ index: -1, hashes: [], checkpoint: CHECKPOINT }), {
    code: 'MALFORMED',
  });
});
