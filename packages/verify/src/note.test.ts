import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { nodePlatform as platform } from './node/platform.ts';
import { formatNote, MAX_NOTE_BYTES, noteBytes, parseNote, type SignedNote } from './note.ts';
import { formatNoteKey, type NoteKey, noteKey, parseNoteKey } from './note-key.ts';
import type { Platform } from './platform.ts';
import { noteSigner } from './test-support/note-signer.ts';
import { verifyNote } from './verify-note.ts';

/** Text, key and signature of the example in C2SP signed-note. */
const EXAMPLE = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
`;

const log = noteSigner('example.org/log', 1);
const witness = noteSigner('witness.example', 2, 'cosignature');
const TEXT = 'example.org/log\n7\nbody, è\n\nand an empty line\n';
const NOTE: SignedNote = { text: TEXT, signatures: [log.sign(TEXT), witness.sign(TEXT, 1_700_000_000)] };

test('the example of the C2SP text is taken apart and put together again', () => {
  const note = parseNote(Buffer.from(EXAMPLE));
  assert.ok(note.text.endsWith('sera.\n'), 'the last empty line divides');
  assert.equal(note.signatures.length, 1);
  assert.equal(note.signatures[0]!.name, 'quasimodo.example/salvatore');
  assert.equal(note.signatures[0]!.keyId, '367ba04b');
  assert.equal(note.signatures[0]!.signature.length, 64);
  assert.equal(formatNote(note), EXAMPLE);
});

test('a note that is read is written to the same bytes', () => {
  const line = fc.stringMatching(/^[a-z .é€]{0,12}$/);
  const name = fc.stringMatching(/^[a-z./é]{1,12}$/);
  const signature = fc.record({
    name,
    keyId: fc.stringMatching(/^[0-9a-f]{8}$/),
    signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
  });
  fc.assert(
    fc.property(fc.array(line), fc.array(signature, { minLength: 1, maxLength: 5 }), (lines, signatures) => {
      const note = { text: lines.map((each) => `${each}\n`).join('') || '\n', signatures };
      const read = parseNote(noteBytes(note));
      assert.equal(read.text, note.text);
      assert.deepEqual(
        read.signatures.map((each) => ({ ...each })),
        signatures.map((each) => ({ ...each })),
      );
      assert.deepEqual(noteBytes(read), noteBytes(note));
    }),
  );
});

test('what is no note is refused', () => {
  const good = '— a AAAAAAA=\n';
  for (const text of [
    ...[
      '',
      '\n',
      '\n\n',
      'a\n',
      'a\n\n',
      `a\n${good}`,
      good,
      `a\n\n${good}\n`,
      `a\n\n${good}x`,
      `a\n\n${good.trimEnd()}`,
    ],
    ...[
      `a\tb\n\n${good}`,
      `a\r\n\r\n${good}`,
      `a\u0000\n\n${good}`,
      'a\n\n- a AAAAAAA=\n',
      'a\n\n—  a AAAAAAA=\n',
    ],
    ...[
      'a\n\n— a AAAAAA==\n',
      'a\n\n— a AAAAAAA\n',
      'a\n\n— a AAAAAAA= \n',
      'a\n\n— a+b AAAAAAA=\n',
      'a\n\n— AAAAAAA=\n',
    ],
    ...['a\n\n— a\u00a0b AAAAAAA=\n', 'a\n\n— a AAAAAAB=\n', `a\n\n${good}\n${good}x`],
  ])
    assert.throws(() => parseNote(Buffer.from(text)), { code: 'MALFORMED' }, JSON.stringify(text));
  assert.throws(() => parseNote(Buffer.concat([Buffer.from('\xff\n\n', 'latin1'), Buffer.from(good)])), {
    code: 'MALFORMED',
  });
  assert.equal(parseNote(Buffer.from(`a\n\n${good.repeat(100)}`)).signatures.length, 100);
  assert.throws(() => parseNote(Buffer.from(`a\n\n${good.repeat(101)}`)), { code: 'LIMIT_EXCEEDED' });
  assert.throws(() => parseNote(Buffer.alloc(MAX_NOTE_BYTES + 1)), { code: 'LIMIT_EXCEEDED' });
  for (const note of [
    { text: 'a', signatures: NOTE.signatures },
    { text: 'a\n', signatures: [] },
    { text: 'a\tb\n', signatures: NOTE.signatures },
    { text: 'a\n', signatures: [{ ...NOTE.signatures[0]!, name: 'a b' }] },
    { text: 'a\n', signatures: [{ ...NOTE.signatures[0]!, keyId: 'ABCDEF01' }] },
  ])
    assert.throws(() => formatNote(note), { code: 'MALFORMED' });
});

test('verifies known keys, both kinds, and ignores unknown ones', async () => {
  const stranger = noteSigner('stranger.example', 3);
  const note = { text: TEXT, signatures: [stranger.sign('something else\n'), ...NOTE.signatures] };
  const found = await verifyNote(platform, parseNote(noteBytes(note)), [log.key, witness.key]);
  assert.deepEqual(found.verified, [{ key: log.key }, { key: witness.key, time: 1_700_000_000 }]);
  assert.equal(found.ignored, 1);
  assert.equal(found.text, TEXT);
  const one = await verifyNote(platform, note, [witness.key]);
  assert.deepEqual(
    one.verified.map(({ key }) => key.name),
    ['witness.example'],
  );
});

test('one bad signature of a known key spoils the note; none at all is not enough', async () => {
  const bad = { text: TEXT, signatures: [...NOTE.signatures, log.sign('other text\n')] };
  await assert.rejects(verifyNote(platform, bad, [log.key]), {
    code: 'UNVERIFIED',
    message: /example\.org\/log/,
  });
  assert.equal((await verifyNote(platform, bad, [witness.key])).verified.length, 1);
  await assert.rejects(verifyNote(platform, NOTE, []), { code: 'UNVERIFIED' });
  await assert.rejects(verifyNote(platform, NOTE, [noteSigner('example.org/log', 9).key]), {
    code: 'UNVERIFIED',
  });
  const short = { text: TEXT, signatures: [{ ...NOTE.signatures[1]!, signature: new Uint8Array(71) }] };
  await assert.rejects(verifyNote(platform, short, [witness.key]), { code: 'UNVERIFIED' });
  await assert.rejects(verifyNote(platform, NOTE, [log.key, { ...log.key }]), { code: 'CONFLICT' });
});

test('a signature on which verifiers differ spoils the note too', async () => {
  const contrary: Platform = {
    ...platform,
    cofactorless: false,
    verifySignature: () => Promise.resolve(false),
  };
  await assert.rejects(verifyNote(contrary, NOTE, [log.key]), {
    code: 'UNVERIFIED',
    message: /honest verifiers differ/,
  });
});

test('any changed bit of text, time or signature fails', async () => {
  const bytes = noteBytes({ text: TEXT, signatures: [witness.sign(TEXT, 1_700_000_000)] });
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
      const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ (1 << bit) : byte));
      await assert.rejects(
        (async () => verifyNote(platform, parseNote(changed), [witness.key]))(),
        /not a signed note|not UTF-8|no signature of a known key|does not fit the text/,
      );
    }),
    { numRuns: 200 },
  );
});

test('the two kinds of signature do not stand for one another', async () => {
  const asLog = noteKey(platform, 'witness.example', 'ed25519', witness.key.publicKey);
  assert.notEqual(asLog.keyId, witness.key.keyId);
  const line = { ...witness.sign(TEXT, 5), keyId: asLog.keyId };
  const cut = { ...line, signature: line.signature.subarray(8) };
  for (const signature of [line, cut])
    await assert.rejects(verifyNote(platform, { text: TEXT, signatures: [signature] }, [asLog]), {
      code: 'UNVERIFIED',
    });
});

test('verifier keys go there and back, and their id must be that of the key', () => {
  for (const { key } of [log, witness]) assert.deepEqual(parseNoteKey(platform, formatNoteKey(key)), key);
  const published = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
  const key = parseNoteKey(platform, published);
  assert.equal(key.kind, 'ed25519');
  assert.equal(formatNoteKey(key), published, 'base64 may hold a plus sign');
  for (const text of [
    ...['', 'a', 'a+b', published.replace('33d7', '33d8'), published.replace('com', 'org'), ` ${published}`],
    ...[
      published.replace('log', 'l g'),
      published.slice(1).replace(/^[^+]*/, ''),
      `${published}=`,
      `${published}\n`,
    ],
    ...[
      published.replace('33d7b496', '33D7B496'),
      'a+00000000+',
      'a+00000000+AQ==',
      published + 'A'.repeat(5000),
    ],
  ])
    assert.throws(() => parseNoteKey(platform, text), { code: 'MALFORMED' }, JSON.stringify(text));
});

test('other kinds are known by name and reported, never counted', async () => {
  // A type that the specification leaves to others: its key id is taken as it stands.
  const other: NoteKey = {
    name: 'x.example',
    keyId: '01020304',
    kind: 'other',
    type: 0xff,
    publicKey: Uint8Array.of(7),
  };
  assert.deepEqual(parseNoteKey(platform, formatNoteKey(other)), other);
  const signatures = [
    { name: 'x.example', keyId: '01020304', signature: Uint8Array.of(1) },
    ...NOTE.signatures,
  ];
  const found = await verifyNote(platform, { text: TEXT, signatures }, [other, log.key]);
  assert.deepEqual(found.unsupported, [other]);
  assert.deepEqual(found.verified, [{ key: log.key }]);
  await assert.rejects(verifyNote(platform, { text: TEXT, signatures }, [other]), { code: 'UNVERIFIED' });
});

test('odd public keys are refused where keys are read', () => {
  for (const publicKey of [
    new Uint8Array(32),
    Uint8Array.of(1, ...new Uint8Array(31)),
    new Uint8Array(32).fill(255),
    Uint8Array.of(2, ...new Uint8Array(31)),
    new Uint8Array(31),
  ])
    assert.throws(() => noteKey(platform, 'a', 'ed25519', publicKey), { code: 'UNSAFE' });
  assert.throws(() => noteKey(platform, 'a b', 'ed25519', log.key.publicKey), { code: 'MALFORMED' });
});
