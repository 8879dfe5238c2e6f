import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  type Honest,
  judge,
  plan,
  reply,
  run,
  timeRootsOf,
  workHonestly,
} from '../test-support/cheating-acts.ts';
import {
  LOG_KEY,
  type Opening,
  startWorld,
  type World,
  type WorldWitness,
} from '../test-support/cheating-world.ts';
import type { RunningAuthority } from '../time/test-support/authority.ts';
import type { CaseFolder } from './case-folder.ts';
import { isVouchedFor } from './vouching.ts';

const DAY_ONE = '2030-05-04T09:00:00Z';
const DAY_NINE = '2030-05-12T09:00:00Z';
const MONTHS_LATER = new Date('2030-09-01T00:00:00Z');

let world: World;
let clock: RunningAuthority;
let witness: WorldWitness;
let seeds = 10;

before(async () => {
  world = await startWorld();
  clock = await world.startAuthority({ name: 'clock' });
});
/** A witness remembers: each case has its own. */
beforeEach(async () => {
  world.setClock(DAY_ONE);
  seeds++;
  witness = await world.startWitness(`witness.example/${seeds}`, seeds);
});
after(() => world.stop());

let cases = 0;
const open = (opening: Opening): Promise<CaseFolder> => world.openCase(`case-${++cases}`, opening);
const honest = async (opening: Opening): Promise<Honest> => workHonestly(world, await open(opening));

describe('an honest case with a witness and a time authority', () => {
  it('passes, and a reader with a policy and roots of his own has nothing to weigh', async () => {
    const { bundle, policy, seen } = await honest({ witnesses: [witness], authorities: [clock] });
    const timeRoots = timeRootsOf(clock);
    const told = await judge(bundle, { policy, timeRoots, seen: [seen], now: MONTHS_LATER });
    assert.equal(told.verdict, 'passed');
    assert.deepEqual(told.warned, []);
    const { vouchers } = told.facts;
    assert.deepEqual([...new Set(vouchers.map(({ kind, root }) => `${kind} ${root ?? ''}`.trim()))].sort(), [
      'log',
      'time-authority clock root',
      'witness',
    ]);
  });

  it('leaves one thing to weigh for a reader who brings nothing: whom to trust', async () => {
    const { bundle } = await honest({ witnesses: [witness], authorities: [clock] });
    const told = await judge(bundle, { now: MONTHS_LATER });
    assert.equal(told.verdict, 'passed');
    assert.deepEqual(told.warned, [
      ['policy.source', 'data/policy/policy.txt'],
      ['time.roots', 'time authority clock'],
    ]);
    assert.match(told.detail('time.roots'), /root clock root.*--time-roots/);
  });
});

describe('an owner who brings a time authority of its own', () => {
  it('fails under the roots of the reader, and is named where he has none', async () => {
    const own = await world.startAuthority({ name: 'clock', root: { name: 'Ada & Sons' } });
    const of = await open({ authorities: [own] });
    await plan(of, '0.05');
    world.setClock(DAY_NINE);
    own.setClock(new Date('2030-05-04T09:30:00Z'));
    await world.vouch(of);
    await run(of);
    const bundle = await world.seal(of);
    const alone = await judge(bundle);
    assert.equal(alone.verdict, 'passed');
    assert.ok(alone.warned.some(([id]) => id === 'time.roots'));
    assert.match(alone.detail('time.roots'), /Ada & Sons/);
    const told = await judge(bundle, { timeRoots: timeRootsOf(clock) });
    assert.deepEqual(told.failed.slice(0, 2), [
      ['time.token', 'data/log/timestamps/4.clock.tsr'],
      ['time.token', `data/log/timestamps/${of.size}.clock.tsr`],
    ]);
    assert.deepEqual(told.failed.at(-1), ['plan.fixed', 'plan P1 before run R1']);
    const others = await judge(bundle, {
      timeRoots: new Map([['state-clock', timeRootsOf(clock).get('clock')!]]),
    });
    assert.deepEqual(others.failed, [['plan.fixed', 'plan P1 before run R1']]);
  });
});

describe('an owner who brings a witness or an authority that the reader does not know', () => {
  it('has the plan weighed, not passed, by a reader with a policy or time roots of his own', async () => {
    const { bundle, policy } = await honest({ witnesses: [witness], authorities: [clock] });
    const timeRoots = timeRootsOf(await world.startAuthority({ name: 'another' }));
    const ofWitness = await judge(bundle, { timeRoots });
    assert.equal(ofWitness.verdict, 'passed');
    assert.match(ofWitness.detail('plan.fixed'), /^only witness\.example.*whom the case names and not you/);

    const of = await open({ witnesses: [witness], authorities: [clock] });
    await plan(of);
    await world.vouch(of);
    await run(of);
    // The witness has refused this second history of the log.
    const unwitnessed = await judge(await world.seal(of), { policy });
    assert.ok(unwitnessed.warned.some(([id]) => id === 'plan.fixed'));
    assert.match(unwitnessed.detail('plan.fixed'), /^only clock saw it before the run/);
  });
});

describe('an owner who is the witness', () => {
  it('is named where the witness signs with the key of the log', async () => {
    const self = await world.startWitness(LOG_KEY.name, 100);
    const { bundle } = await honest({ witnesses: [self] });
    const told = await judge(bundle);
    assert.equal(told.verdict, 'passed');
    assert.ok(told.warned.some(([id, part]) => id === 'policy.witness' && part === `witness ${self.name}`));
    assert.match(told.detail('policy.witness'), /key of example.org\/log/);
  });

  it('is not enough where the policy asks for another witness too', async () => {
    const other = await world.startWitness('witness.example/other', 90);
    const of = await open({ witnesses: [witness, { ...other, url: 'http://127.0.0.1:1' }] });
    await plan(of);
    await world.vouch(of);
    assert.equal(await isVouchedFor(of, 3), false);
    await run(of);
    const told = await judge(await world.seal(of));
    assert.deepEqual(told.failed, [
      ['log.quorum', 'the checkpoint of the log'],
      ['plan.fixed', 'plan P1 before run R1'],
    ]);
    assert.match(told.detail('plan.fixed'), /^only witness\.example\/\d+ saw the plan/);
  });
});

// What no log, witness or time authority can see. docs/case.md says so.
describe('what is not caught', () => {
  it('an owner who runs in secret, plans for the result, and runs again', async () => {
    const secret = await open({});
    await plan(secret);
    await run(secret, -0.1);
    await secret.close();
    const { bundle, policy } = await honest({ witnesses: [witness], authorities: [clock] });
    const told = await judge(bundle, { policy, timeRoots: timeRootsOf(clock), now: MONTHS_LATER });
    assert.deepEqual([told.verdict, told.warned], ['passed', []]);
  });

  it('an owner who shows an older seal to someone who has seen nothing', async () => {
    const { of, bundle, policy } = await honest({ witnesses: [witness], authorities: [clock] });
    await reply(of, world.now);
    const later = await judge(await world.seal(of));
    const timeRoots = timeRootsOf(clock);
    assert.equal((await judge(bundle, { policy, timeRoots })).verdict, 'passed');
    const told = await judge(bundle, { policy, timeRoots, seen: [later.checkpoint!] });
    assert.deepEqual(
      told.failed.map(([id]) => id),
      ['log.continues'],
    );
  });

  it('a plan dated back with no witness, no authority and nobody who kept a checkpoint', async () => {
    world.setClock(DAY_ONE);
    const of = await open({});
    await plan(of, '0.05');
    await run(of);
    const told = await judge(await world.seal(of));
    assert.equal(told.verdict, 'passed');
    assert.match(told.detail('plan.fixed'), /only the owner of the log says/);
  });
});
