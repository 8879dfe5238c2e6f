import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import type { SeedClaim } from '../claims/predicates.ts';
import { FiliationError } from '../error.ts';
import { nodePlatform } from '../node/platform.ts';
import { JointSeeds, jointSeed } from './joint-seed.ts';

const value = (byte: number) => new Uint8Array(32).fill(byte);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const claim = (actor: string, step: SeedClaim['step'], rest: Partial<SeedClaim> = {}): SeedClaim => ({
  case: 'c-1',
  actor,
  at: '2030-01-01T00:00:00Z',
  seen: { size: 1, root: '00'.repeat(32) },
  seed: 'S1',
  step,
  ...rest,
});
const commit = (actor: string, byte: number) => claim(actor, 'commit', { value: sha256(value(byte)) });
const reveal = (actor: string, byte: number) => claim(actor, 'reveal', { value: hex(value(byte)) });
const BEACON = { name: 'a public beacon', round: 7, at: '2030-01-02T00:00:00Z' };
const choice = claim('alpha', 'beacon-choice', { beacon: BEACON });
const beaconValue = claim('alpha', 'beacon-value', { at: '2030-01-03T00:00:00Z', value: 'beef'.repeat(16) });

const SIDES = { alpha: 'claimant', ally: 'claimant', beta: 'respondent', neuter: 'neutral' } as const;

function replay(...claims: readonly SeedClaim[]): JointSeeds {
  const seeds = new JointSeeds(nodePlatform, 'c-1');
  for (const [i, each] of claims.entries()) seeds.apply(i + 1, each, SIDES[each.actor as keyof typeof SIDES]);
  return seeds;
}

function withResult(...claims: readonly SeedClaim[]): JointSeeds {
  const result = replay(...claims).resultOf('S1');
  return replay(...claims, claim('neuter', 'result', { value: result }));
}

describe('a joint seed', () => {
  it('is SHA-256 of the label, the case, both values and the beacon', () => {
    const expected = (...parts: (string | Uint8Array)[]) => {
      const digest = createHash('sha256');
      for (const part of parts) digest.update(part);
      return digest.digest('hex');
    };
    const both = withResult(commit('alpha', 1), commit('beta', 2), reveal('beta', 2), reveal('alpha', 1));
    assert.deepEqual(both.seedOf('S1'), { seed: expected('seed/v1', 'c-1', value(1), value(2)), index: 5 });
    const bytes = Buffer.from('beef'.repeat(16), 'hex');
    const all = [
      commit('alpha', 1),
      commit('beta', 2),
      choice,
      reveal('alpha', 1),
      reveal('beta', 2),
      beaconValue,
    ];
    assert.equal(withResult(...all).seedOf('S1')!.seed, expected('seed/v1c-1', value(1), value(2), bytes));
    assert.equal(withResult(choice, beaconValue).seedOf('S1')!.seed, expected('seed/v1c-1', bytes));
    assert.equal(jointSeed(nodePlatform, 'c-1', [], bytes), expected('seed/v1c-1', bytes));
  });

  it('is not known before its result is logged', () => {
    const seeds = replay(commit('alpha', 1), commit('beta', 2), reveal('alpha', 1), reveal('beta', 2));
    assert.equal(seeds.seedOf('S1'), undefined);
    assert.equal(seeds.seedOf('S2'), undefined);
  });

  const both = [commit('alpha', 1), commit('beta', 2)];
  const refused: readonly [string, readonly SeedClaim[], RegExp][] = [
    ['a reveal of another value', [...both, reveal('alpha', 3)], /not the one committed to/],
    ["a reveal of the other's value", [...both, reveal('alpha', 2)], /not the one committed to/],
    ['a reveal before both have committed', [commit('alpha', 1), reveal('alpha', 1)], /before both sides/],
    ['a reveal without a commitment', [...both, reveal('neuter', 1)], /neuter has not committed/],
    ['a second reveal', [...both, reveal('alpha', 1), reveal('alpha', 1)], /revealed already/],
    ['a commitment after a reveal', [...both, reveal('alpha', 1), commit('beta', 3)], /after a reveal/],
    ['a copy of the other commitment', [commit('alpha', 1), commit('beta', 1)], /same value/],
    ['two commitments of one party', [commit('alpha', 1), commit('alpha', 2)], /cannot commit twice/],
    ['two commitments of one side', [commit('alpha', 1), commit('ally', 2)], /cannot commit twice/],
    ['a commitment by a neutral', [commit('neuter', 1)], /two sides/],
    ['a third commitment', [...both, commit('ally', 3)], /already/],
    ['a commitment of another length', [claim('alpha', 'commit', { value: 'ab'.repeat(16) })], /32 bytes/],
    ['a commitment without a value', [claim('alpha', 'commit')], /has a value/],
    ['a beacon in the past', [{ ...choice, at: '2030-01-02T00:00:00Z' }], /not in the future/],
    ['a beacon without a name', [claim('alpha', 'beacon-choice')], /names no beacon/],
    ['a second beacon', [choice, choice], /chosen already/],
    ['a beacon after a reveal', [...both, reveal('alpha', 1), choice], /after a reveal/],
    ['the value of a beacon not chosen', [beaconValue], /no beacon round/],
    ['the value of a beacon before its time', [choice, { ...beaconValue, at: choice.at }], /had not come/],
    ['two values of a beacon', [choice, beaconValue, beaconValue], /known already/],
    ['a commitment when the beacon is known', [choice, beaconValue, commit('alpha', 1)], /is known/],
    [
      'a result that does not follow',
      [choice, beaconValue, claim('alpha', 'result', { value: '00'.repeat(32) })],
      /does not follow/,
    ],
    ['a result of nothing', [claim('alpha', 'result', { value: '00'.repeat(32) })], /nothing was drawn/],
    [
      'a result without a reveal',
      [...both, reveal('alpha', 1), claim('alpha', 'result')],
      /beta has not revealed/,
    ],
    ['a result of one side', [commit('alpha', 1), claim('alpha', 'result')], /not revealed/],
    [
      'a result without the beacon',
      [...both, choice, reveal('alpha', 1), reveal('beta', 2), claim('alpha', 'result')],
      /beacon's value is missing/,
    ],
  ];
  for (const [what, claims, reason] of refused)
    it(`refuses ${what}`, () => {
      replay(...claims.slice(0, -1));
      assert.throws(
        () => replay(...claims),
        (error) =>
          error instanceof FiliationError && error.code === 'UNVERIFIED' && reason.test(error.message),
      );
    });

  it('takes nothing more once it is drawn, and goes on after a refused entry', () => {
    const seeds = withResult(choice, beaconValue);
    assert.throws(() => seeds.apply(9, commit('alpha', 1), 'claimant'), /drawn already/);
    const other = replay(...both);
    assert.throws(() => other.apply(3, reveal('alpha', 9), 'claimant'), /not the one/);
    other.apply(4, reveal('alpha', 1), 'claimant');
    other.apply(5, reveal('beta', 2), 'respondent');
    assert.match(other.resultOf('S1'), /^[0-9a-f]{64}$/);
  });

  it('is one of several in a case', () => {
    const seeds = replay(...both, { ...commit('alpha', 1), seed: 'S2' });
    assert.throws(() => seeds.resultOf('S2'), /alpha has not revealed/);
  });
});
