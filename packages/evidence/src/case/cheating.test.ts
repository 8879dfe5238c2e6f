import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  judge,
  LOG_KEY,
  OTHER_LOG_KEY,
  plan,
  policyOf,
  reply,
  run,
  startWorld,
  timeRootsOf,
  type World,
  type WorldWitness,
} from '../test-support/cheating-world.ts';
import type { RunningAuthority } from '../time/test-support/authority.ts';
import type { CaseFolder } from './case-folder.ts';
import { isVouchedFor } from './vouching.ts';

const DAY_ONE = '2030-05-04T09:00:00Z';
const DAY_NINE = '2030-05-12T09:00:00Z';
const MONTHS_LATER = new Date('2030-09-01T00:00:00Z');
const OF_TRUST = /^(plan\.fixed|log\.(quorum|root|continues)|policy\.|time\.|entry\.time)/;

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
const open = (opening: Parameters<World['openCase']>[1]): Promise<CaseFolder> =>
  world.openCase(`case-${++cases}`, opening);

interface Honest {
  readonly of: CaseFolder;
  readonly bundle: string;
  readonly policy: Uint8Array;
  /** Checkpoint that the respondent saw after his reply. */
  readonly seen: Uint8Array;
}

/** Plan, vouchers, run, reply, vouchers, seal: as it should be. */
async function honest(opening: Parameters<World['openCase']>[1]): Promise<Honest> {
  const of = await open(opening);
  await plan(of);
  await world.vouch(of);
  await run(of);
  await reply(of, world.now);
  const seen = of.log.checkpoint;
  await world.vouch(of);
  const bundle = await world.seal(of);
  return { of, bundle, policy: await policyOf(of), seen };
}

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

describe('an owner who writes the log anew with an edited plan, dated back', () => {
  /** All keys are the owner's, the clock is set back, the result is known. */
  async function rewritten(opening: Parameters<World['openCase']>[1]): Promise<CaseFolder> {
    world.setClock(DAY_ONE);
    const of = await open(opening);
    await plan(of, '0.05');
    await run(of);
    return of;
  }

  it('is refused by the witness, and fails for want of its word', async () => {
    await honest({ witnesses: [witness] });
    const of = await rewritten({ witnesses: [witness] });
    const [shorter] = await world.vouch(of);
    assert.match(shorter?.missing ?? '', /has cosigned \d+ entries, but this log has 7/);
    while (of.size < 16) await run(of);
    const [other] = await world.vouch(of);
    assert.match(other?.missing ?? '', /HTTP 422.*does not continue what was cosigned/);
    const told = await judge(await world.seal(of));
    assert.deepEqual(
      told.failed.filter(([id, part]) => OF_TRUST.test(id) && !/R[2-9]/.test(part)),
      [
        ['log.quorum', 'the checkpoint of the log'],
        ['plan.fixed', 'plan P1 before run R1'],
      ],
    );
    assert.match(told.detail('plan.fixed'), /none of them saw the plan before the run/);
  });

  it('gives itself away by a fresh time token', async () => {
    await honest({ authorities: [clock] });
    world.setClock(DAY_ONE);
    const of = await open({ authorities: [clock] });
    await plan(of, '0.05');
    world.setClock(DAY_NINE);
    await world.vouch(of);
    world.setClock('2030-05-04T10:00:00Z');
    await run(of);
    world.setClock(DAY_NINE);
    const told = await judge(await world.seal(of), { timeRoots: timeRootsOf(clock) });
    assert.deepEqual(told.failed, [['plan.fixed', 'plan P1 before run R1']]);
    assert.match(told.detail('plan.fixed'), /\(clock\) is of 2030-05-12T.*began on 2030-05-04T/);
  });

  it('cannot keep the checkpoints and tokens of the history that was thrown away', async () => {
    const old = await honest({ witnesses: [witness], authorities: [clock] });
    const of = await rewritten({ witnesses: [witness], authorities: [clock] });
    for (const folder of ['checkpoints', 'timestamps'])
      await cp(join(old.of.folder, 'log', folder), join(of.folder, 'log', folder), { recursive: true });
    while (of.size < old.of.size) await run(of);
    const told = await judge(await world.seal(of));
    const [first] = [...told.failed.filter(([id]) => id === 'log.root')];
    assert.deepEqual(first, ['log.root', 'data/log/checkpoints/4']);
    assert.match(told.detail('log.root'), /another history was signed/);
    assert.ok(
      told.failed.some(([id, part]) => id === 'time.token' && part === 'data/log/timestamps/4.clock.tsr'),
    );
    assert.ok(told.failed.some(([id]) => id === 'plan.fixed'));
  });

  it("cannot keep the other side's reply: it was signed on the history thrown away", async () => {
    const old = await honest({});
    const of = await rewritten({});
    const entry = await entryOf(old.of, old.of.state.replies.get('Y1')!.index);
    await assert.rejects(of.addSigned([entry]), /was signed on another history/);
  });
});

async function entryOf(of: CaseFolder, index: number): Promise<Uint8Array> {
  let at = 0;
  for await (const entry of of.log.entries()) if (at++ === index) return entry;
  throw new Error(`the log has no entry ${index}`);
}

describe('an owner who takes the last entries away', () => {
  it('is caught by the checkpoint that the other side saw last, and gets no cosignature', async () => {
    const of = await open({ witnesses: [witness] });
    await plan(of);
    await world.vouch(of);
    await run(of);
    const before = await world.copyCase(await closed(of), `copy-${cases}`);
    const whole = await world.copyCase(of, `whole-${cases}`);
    await reply(whole, world.now);
    await reply(whole, world.now);
    await world.vouch(whole);
    const seen = [whole.log.checkpoint];
    const told = await judge(await world.seal(before), { seen });
    assert.deepEqual(told.failed, [
      ['log.continues', `your earlier checkpoint at ${whole.size} entries`],
      ['log.quorum', 'the checkpoint of the log'],
    ]);
    assert.match(told.detail('log.continues'), /entries were taken away/);
    await run(before);
    const padded = await judge(await world.seal(before), { seen });
    assert.match(padded.detail('log.continues'), /history was rewritten/);
  });
});

async function closed(of: CaseFolder): Promise<CaseFolder> {
  await of.close();
  return of;
}

describe('an owner who opens the case anew without witnesses and authorities', () => {
  it('passes its own policy with warnings, and fails what the other side kept', async () => {
    const old = await honest({ witnesses: [witness], authorities: [clock] });
    world.setClock(DAY_ONE);
    const of = await open({});
    await plan(of, '0.05');
    await run(of);
    const bundle = await world.seal(of);
    const alone = await judge(bundle);
    assert.equal(alone.verdict, 'passed');
    assert.deepEqual(alone.warned, [
      ['policy.source', 'data/policy/policy.txt'],
      ['log.quorum', 'the checkpoint of the log'],
      ['plan.fixed', 'plan P1 before run R1'],
    ]);
    const { policy, seen } = old;
    assert.deepEqual((await judge(bundle, { policy })).failed, [
      ['log.quorum', 'the checkpoint of the log'],
      ['plan.fixed', 'plan P1 before run R1'],
    ]);
    assert.deepEqual(
      (await judge(bundle, { seen: [seen] })).failed.map(([id]) => id),
      ['log.continues'],
    );
    assert.deepEqual((await judge(bundle, { timeRoots: timeRootsOf(clock) })).failed, [
      ['plan.fixed', 'plan P1 before run R1'],
    ]);
  });

  it('fails under another log as well', async () => {
    const { policy, seen } = await honest({ witnesses: [witness] });
    const of = await open({ log: OTHER_LOG_KEY });
    await plan(of, '0.05');
    await run(of);
    const bundle = await world.seal(of);
    const told = await judge(bundle, { seen: [seen] });
    assert.deepEqual(
      told.failed.map(([id]) => id),
      ['log.continues'],
    );
    assert.match(
      told.detail('log.continues'),
      /of the log example.org\/log, this one is example.org\/other-log/,
    );
    const strict = await judge(bundle, { policy });
    assert.deepEqual(strict.failed[0], ['log.checkpoint', 'data/log/checkpoint']);
  });
});

describe('an owner who shows two histories to two parties', () => {
  it('has one of them cosigned only, and neither party takes the other', async () => {
    const of = await open({ witnesses: [witness] });
    await plan(of);
    await world.vouch(of);
    await of.close();
    const one = await world.copyCase(of, `one-${cases}`);
    const two = await world.copyCase(of, `two-${cases}`);
    await run(one, -9);
    await run(two, -0.1);
    const first = await judge(await world.seal(one));
    const second = await judge(await world.seal(two));
    assert.equal(first.verdict, 'passed');
    assert.deepEqual(second.failed, [['log.quorum', 'the checkpoint of the log']]);
    const crossed = await judge(await world.seal(two), { seen: [first.checkpoint!] });
    assert.ok(crossed.failed.some(([id]) => id === 'log.continues'));
  });
});

describe('an owner who moves the clock', () => {
  it('is caught where an entry is dated later than the token that covers it', async () => {
    const of = await open({ authorities: [clock] });
    await plan(of);
    await world.vouch(of);
    world.setClock(DAY_NINE);
    await run(of);
    world.setClock('2030-05-05T09:00:00Z');
    const told = await judge(await world.seal(of), { timeRoots: timeRootsOf(clock) });
    assert.deepEqual(told.failed, [
      ['entry.time', 'entry 6'],
      ['entry.time', 'entry 5'],
      ['entry.time', 'entry 4'],
    ]);
    assert.match(told.detail('entry.time'), /made on 2030-05-12T.*clock had seen it by 2030-05-05T/);
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
    await closed(secret);
    await rm(secret.folder, { recursive: true });
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
