import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { base64Of } from './base64.ts';
import { concatBytes, hexOf, utf8Bytes } from './bytes.ts';
import { nodePlatform as platform } from './node/platform.ts';
import { formatNoteKey, type NoteKey } from './note-key.ts';
import { noteSigner } from './test-support/note-signer.ts';
import {
  formatTlogPolicy,
  MAX_POLICY_BYTES,
  parseTlogPolicy,
  reachesQuorum,
  type TlogPolicy,
} from './tlog-policy.ts';

const read = (text: string) => parseTlogPolicy(platform, Buffer.from(text));
const vkey = (name: string, seed: number, kind: 'ed25519' | 'cosignature' = 'cosignature') =>
  formatNoteKey(noteSigner(name, seed, kind).key);

const LOG = vkey('example.org/log', 1, 'ed25519');
const KEYS = Array.from({ length: 70 }, (_, i) => vkey(`w${i}`, 10 + i));
const WITNESSES = ['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'];

/** The example of C2SP tlog-policy. */
const EXAMPLE = `# two levels
log ${LOG} https://log.example/

${WITNESSES.slice(0, 3)
  .map((name, i) => `witness ${name} ${KEYS[i]}\n`)
  .join('')}
group X-witnesses 2 X1 X2 X3
\t# the other organisation
${WITNESSES.slice(3)
  .map((name, i) => ` witness\t${name}  ${KEYS[3 + i]} https://w.example/\t\n`)
  .join('')}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

test('the example of the C2SP text is read, and decides as it says', () => {
  const policy = read(EXAMPLE);
  assert.deepEqual(
    policy.logs.map(({ key, url }) => [key.name, url]),
    [['example.org/log', 'https://log.example/']],
  );
  assert.deepEqual(
    policy.witnesses.map(({ name }) => name),
    WITNESSES,
  );
  assert.deepEqual(
    policy.groups.map(({ name, threshold }) => [name, threshold]),
    [
      ['X-witnesses', 2],
      ['Y-witnesses', 1],
      ['X-and-Y', 2],
    ],
  );
  fc.assert(
    fc.property(fc.subarray(WITNESSES), (vouching) => {
      const [x, y] = ['X', 'Y'].map((side) => vouching.filter((name) => name.startsWith(side)).length);
      assert.equal(reachesQuorum(policy, new Set(vouching)), x! >= 2 && y! >= 1);
      // Names of groups, and of strangers, are nobody's signature.
      assert.equal(reachesQuorum(policy, new Set(['X-and-Y', 'X-witnesses', 'Y-witnesses', 'Z'])), false);
    }),
  );
});

test('a quorum is one witness, one group, or none', () => {
  assert.ok(reachesQuorum(read('quorum none\n'), new Set()));
  const one = read(`witness A ${KEYS[0]}\nquorum A\n`);
  assert.ok(reachesQuorum(one, new Set(['A'])));
  assert.ok(!reachesQuorum(one, new Set()));
});

test('policies go there and back', () => {
  const shape = fc.record({
    logs: fc.nat(2),
    witnesses: fc.integer({ min: 1, max: 6 }),
    cuts: fc.array(fc.record({ size: fc.integer({ min: 1, max: 3 }), threshold: fc.nat() }), {
      maxLength: 4,
    }),
    quorum: fc.nat(),
  });
  fc.assert(
    fc.property(shape, ({ logs, witnesses, cuts, quorum }) => {
      const lines = [
        ...Array.from({ length: logs }, (_, i) => `log ${vkey(`log${i}`, 1 + i, 'ed25519')}`),
        ...Array.from(
          { length: witnesses },
          (_, i) => `witness w${i} ${KEYS[i]}${i % 2 === 0 ? '' : ' https://w/é'}`,
        ),
      ];
      const names = Array.from({ length: witnesses }, (_, i) => `w${i}`);
      const open = [...names];
      cuts.forEach(({ size, threshold }, i) => {
        const members = open.splice(0, size);
        if (members.length === 0) return;
        lines.push(`group g${i} ${1 + (threshold % members.length)} ${members.join(' ')}`);
        open.push(`g${i}`);
        names.push(`g${i}`);
      });
      lines.push(`quorum ${[...names, 'none'][quorum % (names.length + 1)]}`);
      const policy = read(`${lines.join('\n')}\n`);
      const written = formatTlogPolicy(platform, policy);
      assert.deepEqual(read(written), policy);
      assert.equal(formatTlogPolicy(platform, read(written)), written);
    }),
    { numRuns: 10 },
  );
});

test('what the C2SP text forbids is refused, with the line', () => {
  const a = `witness A ${KEYS[0]}`;
  const b = `witness B ${KEYS[1]}`;
  const refused: Readonly<Record<string, string>> = {
    'no quorum': `${a}\n`,
    'nothing at all': '',
    'no last newline': 'quorum none',
    'two quorums': 'quorum none\nquorum none\n',
    'an undefined quorum': 'quorum A\n',
    'a quorum before its definition': `quorum A\n${a}\n`,
    'a quorum of two names': `${a}\n${b}\nquorum A B\n`,
    'one name twice': `${a}\nwitness A ${KEYS[1]}\nquorum A\n`,
    'one witness key twice, under two names': `${a}\nwitness B ${vkey('other', 10)}\nquorum A\n`,
    'one log key twice': `log ${LOG}\nlog ${vkey('other', 1, 'ed25519')}\nquorum none\n`,
    'the name none': `witness none ${KEYS[0]}\nquorum none\n`,
    'none as a member': `${a}\ngroup g any A none\nquorum g\n`,
    'a group of nobody': `${a}\ngroup g any\nquorum A\n`,
    'a group of later names': `${a}\ngroup g any A B\n${b}\nquorum g\n`,
    'a group of itself': `${a}\ngroup g any A g\nquorum g\n`,
    'a member twice in a group': `${a}\ngroup g any A A\nquorum g\n`,
    'a member of two groups': `${a}\n${b}\ngroup g any A B\ngroup h any A\nquorum g\n`,
    'threshold 0': `${a}\ngroup g 0 A\nquorum g\n`,
    'threshold above the members': `${a}\ngroup g 2 A\nquorum g\n`,
    'threshold with a leading zero': `${a}\ngroup g 01 A\nquorum g\n`,
    'threshold in words': `${a}\ngroup g most A\nquorum g\n`,
    'a witness key of a log': `witness A ${LOG}\nquorum A\n`,
    'a log key of a witness': `log ${KEYS[0]}\nquorum none\n`,
    'a broken key': `witness A ${KEYS[0]!.slice(0, -4)}\nquorum A\n`,
    'an unknown word': 'monitor A\nquorum none\n',
    'a third item': `log ${LOG} https://a https://b\nquorum none\n`,
    'a carriage return': 'quorum none\r\n',
    'a delete character': 'quorum none # \u007f\n',
    'a comment after a line': 'quorum none # all right\n',
  };
  for (const [what, text] of Object.entries(refused))
    assert.throws(() => read(text), { code: 'MALFORMED' }, what);
  assert.throws(() => read(`${a}\n\ngroup g 2 A\nquorum g\n`), { message: /line 3/ });
  assert.throws(() => parseTlogPolicy(platform, Buffer.from([0xff, 0x0a])), { code: 'MALFORMED' });
});

test('limits are told apart from faults, and so are keys that are not verified here', () => {
  const witnesses = (count: number) =>
    KEYS.slice(0, count)
      .map((key, i) => `witness w${i} ${key}\n`)
      .join('');
  assert.equal(read(`${witnesses(64)}quorum none\n`).witnesses.length, 64);
  assert.throws(() => read(`${witnesses(65)}quorum none\n`), { code: 'LIMIT_EXCEEDED' });
  assert.throws(() => parseTlogPolicy(platform, Buffer.alloc(MAX_POLICY_BYTES + 1, 10)), {
    code: 'LIMIT_EXCEEDED',
  });
  const other: NoteKey = {
    name: 'x',
    keyId: '01020304',
    kind: 'other',
    type: 0xff,
    publicKey: Uint8Array.of(7),
  };
  assert.throws(() => read(`witness A ${formatNoteKey(other)}\nquorum A\n`), { code: 'UNSUPPORTED' });
  const identity = Uint8Array.of(1, 1, ...new Uint8Array(31));
  const id = hexOf(platform.sha256(concatBytes(utf8Bytes('a\n'), identity))).slice(0, 8);
  assert.throws(() => read(`log a+${id}+${base64Of(identity)}\nquorum none\n`), { code: 'UNSAFE' });
});

test('a policy that could not be read back is not written', () => {
  const policy = read(EXAMPLE);
  const refused: readonly Partial<TlogPolicy>[] = [
    { quorum: 'nobody' },
    { quorum: 'X-and-Y ' },
    { quorum: '' },
    { groups: [] },
    { witnesses: policy.witnesses.map((witness) => ({ ...witness, name: 'X1' })) },
    { logs: [{ ...policy.logs[0]!, url: 'https://a b' }] },
    { logs: [{ ...policy.logs[0]!, url: 'https://a\nquorum none' }] },
  ];
  for (const change of refused)
    assert.throws(() => formatTlogPolicy(platform, { ...policy, ...change }), { code: 'MALFORMED' });
});
