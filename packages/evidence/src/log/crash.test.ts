import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FiliationError } from '@filiation/verify';
import { createLog, openLog } from './log.ts';
import {
  numberedEntries,
  ORIGIN,
  seededRandom,
  soundEntries,
  testSigner,
  textOf,
} from './log-fixture.test.support.ts';
import { type Fault, type Loss, SimulatedDisk } from './simulated-files.test.support.ts';
import type { ProcessTable } from './writer-lock.ts';

const FOLDER = '/case/log';
interface Story {
  readonly title: string;
  /** Entries already there; undefined where the log is yet to be created. */
  readonly base?: number;
  /** Appends, one after the other. */
  readonly batches: readonly number[];
  /** Size whose checkpoint is archived when it is reached. */
  readonly archiveAt?: number;
}
const STORIES: readonly Story[] = [
  { title: 'a new log, with an archived checkpoint', batches: [1, 2], archiveAt: 3 },
  { title: 'a log that fills a tile', base: 254, batches: [1, 1, 2] },
  { title: 'a log that grows by several tiles', base: 3, batches: [510] },
];
const LOSSES: readonly Loss[] = ['process killed', 'all unsynced lost', 'some unsynced lost'];
const signer = testSigner();

/** A process that runs until its machine goes down: no lock it left counts. */
let born = 0;
function newProcess(): ProcessTable {
  const self = { host: 'h', boot: 'b', space: 's', pid: ++born, start: '1' };
  return { self, runs: () => false };
}

/** Appends the batches, counting the acknowledged entries. */
async function live(story: Story, disk: SimulatedDisk, acknowledged: { count: number }): Promise<void> {
  const options = { signer, files: disk.files, processes: newProcess() };
  const log = await (story.base === undefined
    ? createLog(FOLDER, { ...options, origin: ORIGIN })
    : openLog(FOLDER, options));
  for (const count of story.batches) {
    await log.append(numberedEntries(log.size, count));
    acknowledged.count = log.size;
    if (log.size === story.archiveAt) await log.archive();
  }
  await log.close();
}

/** The disk before the story begins, and how many steps the story takes. */
async function stageOf(story: Story): Promise<{ disk: SimulatedDisk; steps: number }> {
  const disk = new SimulatedDisk();
  if (story.base !== undefined) {
    const options = { origin: ORIGIN, signer, files: disk.files, processes: newProcess() };
    const log = await createLog(FOLDER, options);
    await log.append(numberedEntries(0, story.base));
    await log.close();
  }
  const rehearsal = disk.restart('process killed', () => 0);
  await live(story, rehearsal, { count: 0 });
  return { disk, steps: rehearsal.steps };
}

/** What must hold after any crash: the log verifies, holds what was acknowledged, and goes on. */
async function mustBeWhole(disk: SimulatedDisk, acknowledged: number): Promise<void> {
  const { files } = disk;
  const before = await soundEntries(FOLDER, files, signer);
  const log = await openLog(FOLDER, { signer, files, processes: newProcess() });
  assert.ok(before.length >= acknowledged, `${before.length} entries, ${acknowledged} acknowledged`);
  const next = numberedEntries(log.size, 4);
  await log.append(next.slice(0, 1));
  await log.append(next.slice(1));
  await log.close();
  const after = await soundEntries(FOLDER, files, signer);
  assert.deepEqual(after, numberedEntries(0, before.length + 4).map(textOf));
  const powerLost = disk.restart('all unsynced lost', () => 0);
  assert.deepEqual(await soundEntries(FOLDER, powerLost.files, signer), after);
  assert.deepEqual(leftIn(disk), []);
}

/** Files of a writer at work. */
function leftIn(disk: SimulatedDisk): string[] {
  return [...disk.everyFile()].map(([path]) => path).filter((path) => /\/\.(staging|writer)\./.test(path));
}

async function crashAt(
  at: number,
  story: Story,
  stage: SimulatedDisk,
): Promise<{ disk: SimulatedDisk; acknowledged: number }> {
  const disk = stage.restart('process killed', () => 0);
  disk.arm({ at, kind: 'crash' });
  const acknowledged = { count: story.base ?? 0 };
  const ended = await live(story, disk, acknowledged).then(
    () => 'whole',
    () => 'cut',
  );
  // At the last steps everything is promised already and only tidying is cut short.
  const total = story.batches.reduce((sum, count) => sum + count, story.base ?? 0);
  assert.ok(ended === 'cut' || acknowledged.count === total);
  return { disk, acknowledged: acknowledged.count };
}

async function wasCreated(disk: SimulatedDisk): Promise<boolean> {
  return (await disk.files.read(`${FOLDER}/checkpoint`, 1e6)) !== undefined;
}

describe('a log whose machine goes down at every single file operation', () => {
  for (const story of STORIES)
    it(`loses no acknowledged entry and always verifies: ${story.title}`, async () => {
      const stage = await stageOf(story);
      assert.ok(stage.steps > 20);
      for (let at = 0; at < stage.steps; at++) {
        const { disk, acknowledged } = await crashAt(at, story, stage.disk);
        for (const loss of LOSSES) {
          const restarted = disk.restart(loss, seededRandom(at));
          if (await wasCreated(restarted)) await mustBeWhole(restarted, acknowledged);
          else {
            assert.equal(acknowledged, 0);
            await live(story, restarted, { count: 0 });
            await soundEntries(FOLDER, restarted.files, signer);
          }
        }
      }
    });

  it('survives a second crash while it cleans up after the first', async () => {
    const story: Story = { title: '', base: 254, batches: [3] };
    const stage = await stageOf(story);
    let crashes = 0;
    for (let at = 0; at < stage.steps; at += 17)
      for (let again = 0; ; again++) {
        const random = seededRandom(at * 100 + again);
        const { disk, acknowledged } = await crashAt(at, story, stage.disk);
        const once = disk.restart('process killed', random);
        once.arm({ at: again, kind: 'crash' });
        const options = { signer, files: once.files, processes: newProcess() };
        const opened = await openLog(FOLDER, options).then(
          () => true,
          () => false,
        );
        if (opened) break;
        crashes++;
        await mustBeWhole(once.restart('some unsynced lost', random), acknowledged);
      }
    assert.ok(crashes > 20);
  });
});

describe('a log whose disk refuses one operation', () => {
  it('answers WRITE_FAILED, keeps what it had and goes on', async () => {
    const kinds = ['ENOSPC', 'EACCES', 'EIO'] satisfies Fault['kind'][];
    for (let at = 0; ; at++) {
      const disk = new SimulatedDisk();
      const { files } = disk;
      const log = await createLog(FOLDER, { origin: ORIGIN, signer, files, processes: newProcess() });
      await log.append(numberedEntries(0, 255));
      disk.arm({ at, kind: kinds[at % kinds.length]! });
      const failure = await log.append(numberedEntries(255, 2)).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (disk.steps <= at) break;
      const first = log.size;
      if (failure === undefined) assert.equal(first, 257);
      else {
        assert.ok(failure instanceof FiliationError && failure.code === 'WRITE_FAILED');
        assert.equal(first, 255);
      }
      const entries = await soundEntries(FOLDER, files, signer);
      if (entries.length !== first) {
        // The checkpoint was replaced and only its sync failed: what it covers is there, not promised.
        await assert.rejects(log.append(numberedEntries(first, 1)), /must be opened again/);
        assert.equal(entries.length, 257);
        continue;
      }
      await log.append(numberedEntries(first, 3));
      await log.close();
      const expected = numberedEntries(0, first + 3).map(textOf);
      assert.deepEqual(await soundEntries(FOLDER, files, signer), expected);
      const power = disk.restart('all unsynced lost', () => 0);
      assert.deepEqual(await soundEntries(FOLDER, power.files, signer), expected);
    }
  });
});
