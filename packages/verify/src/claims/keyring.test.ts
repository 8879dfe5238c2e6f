import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { FiliationError } from '../error.ts';
import { nodePlatform } from '../node/platform.ts';
import { claimKeyId, Keyring } from './keyring.ts';
import type { CaseClaim, ClaimHeader, KeyClaim, PartyClaim, PartyRecord, RunClaim } from './predicates.ts';

function vkeyOf(name: string, key: Uint8Array): string {
  const tagged = Buffer.concat([Uint8Array.of(1), key]);
  const hash = createHash('sha256').update(`${name}\n`).update(tagged).digest('hex').slice(0, 8);
  return `${name}+${hash}+${tagged.toString('base64')}`;
}

const publicKey = (seed: number) => ed25519.getPublicKey(new Uint8Array(32).fill(seed));
const key = (seed: number, name = `example.org/k${seed}`) => vkeyOf(name, publicKey(seed));
const id = (vkey: string) => claimKeyId(nodePlatform, vkey);

const LOG = key(100, 'example.org/log');
const [A, B, N] = [key(1), key(2), key(3)];
const PARTIES: readonly PartyRecord[] = [
  { id: 'alpha', name: 'Alpha', side: 'claimant', roles: ['custodian'], key: A },
  { id: 'beta', name: 'Beta', side: 'respondent', roles: ['custodian'], key: B },
  { id: 'neuter', name: 'Neutral', side: 'neutral', roles: ['neutral'], key: N },
  { id: 'court', name: 'Court', side: 'neutral', roles: ['tribunal'] },
];

const header = (actor: string): ClaimHeader => ({
  case: 'c',
  actor,
  at: '2030-01-01T00:00:00Z',
  seen: { size: 0, root: '00'.repeat(32) },
});
const caseClaim = (changes: Partial<CaseClaim> = {}): CaseClaim => ({
  ...header('alpha'),
  title: 'A case',
  question: 'weights',
  propositions: { h1: 'one', h2: 'other' },
  parties: PARTIES,
  timeZone: 'Europe/Berlin',
  deadlines: [],
  log: { origin: 'example.org/log', key: LOG },
  ...changes,
});
const run = (actor: string): RunClaim => ({
  ...header(actor),
  run: 'R1',
  step: 'start',
  exploratory: false,
  software: 'x',
});
const rotate = (party: string, replaces: string, next: string, actor = party): KeyClaim => ({
  ...header(actor),
  action: 'rotate',
  party,
  key: next,
  replaces,
  reason: 'yearly',
});
const revoke = (party: string, vkey: string, actor = party): KeyClaim => ({
  ...header(actor),
  action: 'revoke',
  party,
  key: vkey,
  reason: 'lost',
});
const joins = (actor: string, party: PartyRecord): PartyClaim => ({ ...header(actor), party });

function opened(): Keyring {
  const keyring = new Keyring(nodePlatform);
  keyring.apply(0, 'case', caseClaim(), id(A));
  return keyring;
}

const unverified = (pattern: RegExp) => (error: unknown) =>
  error instanceof FiliationError && error.code === 'UNVERIFIED' && pattern.test(error.message);

describe('the first entry', () => {
  it('gives each party its key, and is signed by the key that it gives its actor', () => {
    const keyring = opened();
    assert.deepEqual(
      [A, B, N, LOG].map((vkey) => keyring.keyOf(id(vkey))?.party),
      ['alpha', 'beta', 'neuter', undefined],
    );
    assert.deepEqual(keyring.keyOf(id(A))!.key32, publicKey(1));
    assert.equal(keyring.keyOf('no such key'), undefined);
  });

  const refused: readonly [string, Partial<CaseClaim>, string, RegExp][] = [
    ['signed by another party', {}, B, /not signed by the key/],
    ['signed by a stranger', {}, key(9), /not signed by the key/],
    ['a party twice', { parties: [...PARTIES, { ...PARTIES[3]!, name: 'x' }] }, A, /names a party twice/],
    [
      'one key for two parties, under two names',
      { parties: [...PARTIES, { ...PARTIES[3]!, id: 'x', key: key(1, 'example.org/else') }] },
      A,
      /share a key/,
    ],
    [
      'one key name for two parties',
      { parties: [...PARTIES, { ...PARTIES[3]!, id: 'x', key: key(8, 'example.org/k1') }] },
      A,
      /share a key or a key name/,
    ],
    [
      "another party with the log's key",
      { parties: [PARTIES[0]!, { ...PARTIES[1]!, key: key(100, 'x') }] },
      A,
      /log's key/,
    ],
    [
      "another party with the log's name",
      { parties: [PARTIES[0]!, { ...PARTIES[1]!, key: key(2, 'example.org/log') }] },
      A,
      /log's key/,
    ],
    ['a log key that is none', { log: { origin: 'o', key: 'o+00000000+AAAA' } }, A, /key is refused/],
  ];
  for (const [what, changes, signer, reason] of refused)
    it(`is refused with ${what}`, () => {
      const keyring = new Keyring(nodePlatform);
      assert.throws(() => keyring.apply(0, 'case', caseClaim(changes), id(signer)), unverified(reason));
      assert.equal(keyring.keyOf(id(A)), undefined);
    });

  it('is a case claim, and no other entry is one', () => {
    assert.throws(() => new Keyring(nodePlatform).apply(0, 'run', run('alpha'), id(A)), unverified(/first/));
    assert.throws(() => new Keyring(nodePlatform).apply(1, 'case', caseClaim(), id(A)), unverified(/first/));
    assert.throws(() => opened().apply(1, 'case', caseClaim(), id(A)), unverified(/first/));
    assert.throws(() => opened().apply(0, 'case', caseClaim(), id(A)), unverified(/read already/));
  });
});

describe('odd keys', () => {
  // Mixed order: a good key plus the point of order 2, (0, -1).
  const torsion = ed25519.Point.fromHex(`ec${'ff'.repeat(30)}7f`);
  const mixed = ed25519.Point.fromBytes(publicKey(7)).add(torsion).toBytes();
  const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
  const odd: readonly [string, Uint8Array][] = [
    ['the identity', hex(`01${'00'.repeat(31)}`)],
    ['order 2', hex(`ec${'ff'.repeat(30)}7f`)],
    ['order 4', hex('00'.repeat(32))],
    ['order 8', hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')],
    ['y above the field prime', hex(`ee${'ff'.repeat(30)}7f`)],
    ['minus zero', hex(`01${'00'.repeat(30)}80`)],
    ['not on the curve', hex(`02${'00'.repeat(31)}`)],
    ['mixed order', mixed],
  ];
  for (const [what, bytes] of odd)
    it(`are refused at the door: ${what}`, () => {
      const vkey = vkeyOf('example.org/odd', bytes);
      const record = { ...PARTIES[1]!, id: 'odd', key: vkey };
      const keyring = opened();
      assert.throws(() => keyring.apply(1, 'party', joins('alpha', record), id(A)), unverified(/refused/));
      assert.throws(() => keyring.apply(2, 'key', rotate('alpha', A, vkey), id(A)), unverified(/refused/));
      keyring.apply(3, 'run', run('alpha'), id(A));
    });

  it('and keys of other kinds, or that do not fit their hash, are refused too', () => {
    const cosignature = Buffer.concat([Uint8Array.of(4), publicKey(7)]);
    const hash = createHash('sha256').update('w\n').update(cosignature).digest('hex').slice(0, 8);
    const bad = [`w+${hash}+${cosignature.toString('base64')}`, A.replace('k1', 'k9'), '', 'a+b'];
    for (const vkey of bad)
      assert.throws(() => opened().apply(1, 'key', rotate('alpha', A, vkey), id(A)), unverified(/refused/));
  });
});

describe('every entry', () => {
  it('is signed by the active key of its actor', () => {
    const keyring = opened();
    keyring.apply(1, 'run', run('beta'), id(B));
    assert.throws(() => keyring.apply(2, 'run', run('beta'), id(A)), unverified(/speaks for beta/));
    assert.throws(() => keyring.apply(3, 'run', run('beta'), id(key(9))), unverified(/no party/));
    assert.throws(() => keyring.apply(4, 'run', run('alpha'), id(LOG)), unverified(/no party/));
    assert.throws(() => keyring.apply(4, 'run', run('alpha'), id(A)), unverified(/read already/));
  });
});

describe('rotation', () => {
  it('passes the party to the new key; the old one signs nothing more', () => {
    const keyring = opened();
    const next = key(11);
    keyring.apply(1, 'key', rotate('alpha', A, next), id(A));
    keyring.apply(2, 'run', run('alpha'), id(next));
    assert.throws(() => keyring.apply(3, 'run', run('alpha'), id(A)), unverified(/rotated in entry 1/));
    assert.equal(keyring.keyOf(id(A)), undefined);
    const history = keyring.keysOf('alpha').map(({ from, until, ended }) => [from, until, ended]);
    assert.deepEqual(history, [
      [0, 1, 'rotated'],
      [1, undefined, undefined],
    ]);
  });

  it('is signed by the key that it replaces, and by no other', () => {
    const next = key(11);
    const bad: readonly [KeyClaim, string][] = [
      [rotate('beta', B, next, 'alpha'), A],
      [rotate('beta', B, next, 'neuter'), N],
      [rotate('alpha', B, next), A],
      [rotate('alpha', '', next), A],
    ];
    for (const [claim, signer] of bad)
      assert.throws(() => opened().apply(1, 'key', claim, id(signer)), unverified(/key that it replaces/));
    const { replaces: _, ...without } = rotate('alpha', A, next);
    assert.throws(() => opened().apply(1, 'key', without, id(A)), unverified(/key that it replaces/));
  });

  it("takes no key that was ever registered: one's own, the other side's, an ended one", () => {
    const keyring = opened();
    for (const [i, used] of [A, B, N, key(2, 'renamed')].entries())
      assert.throws(
        () => keyring.apply(1 + i, 'key', rotate('alpha', A, used), id(A)),
        unverified(/registered before/),
      );
    keyring.apply(10, 'key', rotate('alpha', A, key(11)), id(A));
    assert.throws(
      () => keyring.apply(11, 'key', rotate('alpha', key(11), A), id(key(11))),
      unverified(/registered before, by alpha/),
    );
    assert.throws(
      () => keyring.apply(12, 'key', rotate('beta', B, A), id(B)),
      unverified(/registered before, by alpha/),
    );
    assert.throws(
      () => keyring.apply(13, 'key', rotate('beta', B, key(12, 'example.org/k1')), id(B)),
      unverified(/key name example.org\/k1 belongs to alpha/),
    );
  });
});

describe('revocation', () => {
  it('ends a key at once; entries before it stand', () => {
    const keyring = opened();
    keyring.apply(1, 'run', run('beta'), id(B));
    keyring.apply(2, 'key', revoke('beta', B), id(B));
    assert.throws(() => keyring.apply(3, 'run', run('beta'), id(B)), unverified(/revoked in entry 2/));
    assert.throws(
      () => keyring.apply(4, 'key', rotate('beta', B, key(11)), id(B)),
      unverified(/revoked in entry 2/),
    );
    assert.equal(keyring.keysOf('beta')[0]!.ended, 'revoked');
  });

  it('is for the party itself or a neutral of the first entry, not for the other side', () => {
    opened().apply(1, 'key', revoke('beta', B, 'neuter'), id(N));
    assert.throws(
      () => opened().apply(1, 'key', revoke('beta', B, 'alpha'), id(A)),
      unverified(/only beta or a neutral/),
    );
    const late = { id: 'friend', name: 'Friend', side: 'neutral', roles: ['neutral'], key: key(12) } as const;
    const keyring = opened();
    keyring.apply(1, 'party', joins('alpha', late), id(A));
    assert.throws(
      () => keyring.apply(2, 'key', revoke('beta', B, 'friend'), id(key(12))),
      unverified(/only beta or a neutral/),
    );
  });

  it('names the active key of the party, and nothing that it replaces', () => {
    for (const [party, vkey] of [
      ['beta', A],
      ['beta', key(9)],
      ['court', B],
    ] as const)
      assert.throws(
        () => opened().apply(1, 'key', revoke(party, vkey, 'neuter'), id(N)),
        unverified(/not the active key/),
      );
    const claim = { ...revoke('beta', B), replaces: A };
    assert.throws(() => opened().apply(1, 'key', claim, id(B)), unverified(/replaces no key/));
  });

  it('leaves the party without a key until a neutral of the first entry gives it one', () => {
    const keyring = opened();
    keyring.apply(1, 'key', revoke('beta', B), id(B));
    const again = { ...PARTIES[1]!, key: key(11) };
    assert.throws(
      () => keyring.apply(2, 'party', joins('alpha', again), id(A)),
      unverified(/only a neutral of entry 0/),
    );
    assert.throws(
      () => keyring.apply(3, 'party', joins('neuter', PARTIES[1]!), id(N)),
      unverified(/registered before/),
    );
    keyring.apply(4, 'party', joins('neuter', again), id(N));
    keyring.apply(5, 'run', run('beta'), id(key(11)));
  });
});

describe('a party that joins', () => {
  const late: PartyRecord = {
    id: 'gamma',
    name: 'Gamma',
    side: 'respondent',
    roles: ['examiner'],
    key: key(21),
  };

  it('signs from then on', () => {
    const keyring = opened();
    assert.throws(() => keyring.apply(1, 'run', run('gamma'), id(key(21))), unverified(/no party/));
    keyring.apply(2, 'party', joins('alpha', late), id(A));
    keyring.apply(3, 'run', run('gamma'), id(key(21)));
  });

  it('without a key can be given its first one later', () => {
    const keyring = opened();
    keyring.apply(1, 'party', joins('alpha', { ...PARTIES[3]!, key: key(21) }), id(A));
    keyring.apply(2, 'run', run('court'), id(key(21)));
  });

  it('may change roles, but not its side, and no one gives it another key by the way', () => {
    const keyring = opened();
    keyring.apply(1, 'party', joins('alpha', { ...PARTIES[1]!, roles: ['examiner'] }), id(A));
    keyring.apply(2, 'run', run('beta'), id(B));
    const changes: readonly [Partial<PartyRecord>, RegExp][] = [
      [{ side: 'neutral' }, /cannot change it/],
      [{ key: key(21) }, /only a key claim/],
    ];
    for (const [i, [change, reason]] of changes.entries())
      assert.throws(
        () => keyring.apply(3 + i, 'party', joins('alpha', { ...PARTIES[1]!, ...change }), id(A)),
        unverified(reason),
      );
  });
});

describe('any history of key claims', () => {
  it('leaves each party with at most one active key, and no key with two parties', () => {
    const step = fc.record({
      kind: fc.constantFrom('rotate', 'revoke', 'join', 'run'),
      party: fc.constantFrom('alpha', 'beta', 'neuter'),
      actor: fc.constantFrom('alpha', 'beta', 'neuter'),
      signer: fc.integer({ min: 1, max: 6 }),
      old: fc.integer({ min: 1, max: 6 }),
      next: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const keyring = opened();
        for (const [i, { kind, party, actor, signer, old, next }] of steps.entries()) {
          const before = keyring.keyOf(id(key(signer)));
          try {
            if (kind === 'rotate')
              keyring.apply(i + 1, 'key', rotate(party, key(old), key(next), actor), id(key(signer)));
            else if (kind === 'revoke')
              keyring.apply(i + 1, 'key', revoke(party, key(old), actor), id(key(signer)));
            else if (kind === 'run') keyring.apply(i + 1, 'run', run(actor), id(key(signer)));
            else {
              const record = PARTIES.find((each) => each.id === party)!;
              keyring.apply(i + 1, 'party', joins(actor, { ...record, key: key(next) }), id(key(signer)));
            }
            assert.equal(before?.party, actor, 'whatever passes was signed by an active key of its actor');
          } catch (error) {
            if (!(error instanceof FiliationError)) throw error;
          }
          const owners = new Map<string, string>();
          for (const { id: each } of PARTIES) {
            const keys = keyring.keysOf(each);
            assert.ok(keys.filter(({ until }) => until === undefined).length <= 1);
            for (const { keyid, until } of keys) {
              assert.equal(owners.has(keyid), false);
              owners.set(keyid, each);
              assert.equal(keyring.keyOf(keyid)?.party, until === undefined ? each : undefined);
            }
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
