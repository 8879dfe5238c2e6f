import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
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
  type Opening,
  OTHER_LOG_KEY,
  startWorld,
  type World,
  type WorldWitness,
} from '../test-support/cheating-world.ts';
import type { RunningAuthority } from '../time/test-support/authority.ts';
import type { CaseFolder } from './case-folder.ts';

const DAY_ONE = '2030-05-04T09:00:00Z';
const DAY_NINE = '2030-05-12T09:00:00Z';
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
const open = (opening: Opening): Promise<CaseFolder> => world.openCase(`case-${++cases}`, opening);
const honest = async (opening: Opening): Promise<Honest> => workHonestly(world, await open(opening));

describe('an owner who writes the log anew with an edited plan, dated back', () => {
  /** All keys are the owner's, the clock is set back, the result is known. */
  async function rewritten(opening: Opening): Promise<CaseFolder> {
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
