import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { hexOf } from './bytes.ts';
import { type Checkpoint, formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { cosignatureMessage, decodeCosignature, encodeCosignature } from './cosignature.ts';
import { nodePlatform as platform } from './node/platform.ts';
import { noteBytes, parseNote } from './note.ts';
import { parseNoteKey } from './note-key.ts';
import { noteSigner } from './test-support/note-signer.ts';
import { sharedEvidence } from './test-support/shared-data.ts';
import { verifyNote } from './verify-note.ts';

/** Text of the example in C2SP tlog-checkpoint. */
const EXAMPLE = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

test('the example of the C2SP text is read', () => {
  const checkpoint = parseCheckpoint(EXAMPLE);
  assert.equal(checkpoint.origin, 'example.com/behind-the-sofa');
  assert.equal(checkpoint.size, 20_852_163);
  assert.equal(hexOf(checkpoint.root), '0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62');
  assert.deepEqual(checkpoint.extensions, []);
  assert.equal(formatCheckpoint(checkpoint), EXAMPLE);
});

test('checkpoints go there and back', () => {
  const line = fc.stringMatching(/^[a-z .é+]{1,12}$/);
  const checkpoint = fc.record<Checkpoint>({
    origin: line,
    size: fc.maxSafeNat(),
    root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    extensions: fc.array(line, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(checkpoint, (checkpoint) =>
      assert.deepEqual(parseCheckpoint(formatCheckpoint(checkpoint)), { ...checkpoint }),
    ),
  );
});

test('what is no checkpoint is refused', () => {
  const [origin, size, root] = EXAMPLE.split('\n') as [string, string, string];
  for (const text of [
    ...[
      '',
      '\n',
      `${origin}\n${size}\n`,
      EXAMPLE.trimEnd(),
      `\n${size}\n${root}\n`,
      `${EXAMPLE}\n`,
      `${EXAMPLE}x\n\ny\n`,
    ],
    ...[`${origin}\n0${size}\n${root}\n`, `${origin}\n-1\n${root}\n`, `${origin}\n1e3\n${root}\n`],
    ...[`${origin}\n${size}\n${root.slice(4)}\n`, `${origin}\n${size}\n${root.replace('=', '')}\n`],
    `${origin}\n${size}\n${root.replace('2I=', '2J=')}\n`,
  ])
    assert.throws(() => parseCheckpoint(text), { code: 'MALFORMED' }, JSON.stringify(text));
  assert.throws(() => parseCheckpoint(`${origin}\n18446744073709551615\n${root}\n`, 'log/checkpoint'), {
    code: 'LIMIT_EXCEEDED',
    where: 'log/checkpoint',
  });
  const good = parseCheckpoint(EXAMPLE);
  for (const wrong of [
    { origin: '' },
    { origin: 'a\nb' },
    { extensions: [''] },
    { size: -1 },
    { root: new Uint8Array(31) },
  ])
    assert.throws(() => formatCheckpoint({ ...good, ...wrong }), { code: 'MALFORMED' });
});

test('is opened by the key of its log, with the witnesses that are known', async () => {
  const [log, witness] = [
    noteSigner('example.com/behind-the-sofa', 1),
    noteSigner('w.example', 2, 'cosignature'),
  ];
  const note = { text: EXAMPLE, signatures: [log.sign(EXAMPLE), witness.sign(EXAMPLE, 1_679_315_147)] };
  const opened = await openCheckpoint(platform, noteBytes(note), log.key, [witness.key]);
  assert.equal(opened.checkpoint.size, 20_852_163);
  assert.deepEqual(opened.cosigners, [{ key: witness.key, time: 1_679_315_147 }]);
  assert.deepEqual((await openCheckpoint(platform, noteBytes(note), log.key)).cosigners, []);
  const cosignedOnly = noteBytes({ text: EXAMPLE, signatures: [witness.sign(EXAMPLE, 1)] });
  await assert.rejects(openCheckpoint(platform, cosignedOnly, log.key, [witness.key]), {
    code: 'UNVERIFIED',
    message: /not signed by its log/,
  });
  await assert.rejects(openCheckpoint(platform, noteBytes(note), noteSigner('other.example', 1).key), {
    code: 'UNVERIFIED',
    message: /another log/,
  });
});

test('a cosignature is its time and 64 bytes', () => {
  assert.equal(
    Buffer.from(cosignatureMessage(EXAMPLE, 1_679_315_147)).toString(),
    `cosignature/v1\ntime 1679315147\n${EXAMPLE}`,
  );
  const signature = new Uint8Array(64).fill(9);
  const bytes = encodeCosignature({ time: 1_679_315_147, signature });
  assert.equal(hexOf(bytes.subarray(0, 8)), '00000000641850cb');
  assert.deepEqual(decodeCosignature(bytes), { time: 1_679_315_147, signature });
  for (const length of [0, 8, 64, 71, 73])
    assert.throws(() => decodeCosignature(new Uint8Array(length)), { code: 'MALFORMED' });
  assert.throws(() => decodeCosignature(new Uint8Array(72).fill(255)), { code: 'MALFORMED' });
  for (const time of [-1, 0.5, 253_402_300_800, Number.NaN])
    assert.throws(() => cosignatureMessage(EXAMPLE, time), { code: 'MALFORMED' });
});

const sunlight = sharedEvidence('tlog-sunlight');
test('cosignatures of the Sunlight witness and mirror', {
  skip: sunlight === undefined && 'no data',
}, async () => {
  const folder = '000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706';
  for (const [place, settings] of [
    [`witness/${folder}`, 'witness/witness.v0.json'],
    [`witness/mirror/${folder}`, 'witness/mirror/mirror.v0.json'],
  ] as const) {
    const keys = JSON.parse(readFileSync(`${sunlight}/${settings}`, 'utf8')).verifier_keys as string[];
    const key = parseNoteKey(platform, keys[0]!);
    assert.equal(key.kind, 'cosignature');
    const note = parseNote(readFileSync(`${sunlight}/${place}/checkpoint`));
    const { verified } = await verifyNote(platform, note, [key]);
    assert.deepEqual(verified, [{ key, time: 0x69546780 }]);
    assert.equal(parseCheckpoint(note.text).size, 300);
  }
});
