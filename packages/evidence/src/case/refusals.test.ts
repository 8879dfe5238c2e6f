import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FiliationError, type ReplyClaim, verifyBundle } from '@filiation/verify';
import { nodePlatform, openBundleSource } from '@filiation/verify/node';
import { ACME, BOLT, type TwoSides, twoSides } from '../test-support/two-sides.ts';
import { type CaseFolder, draft } from './case-folder.ts';
import { addExhibit } from './exhibits.ts';
import { receivePacket, writePacket } from './packet.ts';
import { type PlanInput, registerPlan } from './plans.ts';
import { registerReply } from './replies.ts';
import { sealCase } from './seal.ts';

const now = (): Date => new Date('2030-01-02T00:00:00Z');
const refused = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof FiliationError &&
  error.code === code &&
  message.test(error.message) &&
  error.hint !== undefined;
const disputed = (to: string): { to: string; position: ReplyClaim['position']; ground: string } => ({
  to,
  position: 'disputed',
  ground: 'Seen otherwise.',
});

describe('what a case refuses', () => {
  let sides: TwoSides;
  let of: CaseFolder;
  const given = {
    kind: 'other',
    origin: 'a disk',
    handedOverBy: 'Bolt',
    receivedAt: '2030-01-01T00:00:00Z',
  } as const;
  const held = (folder: string): Promise<string[]> => readdir(join(of.folder, folder)).catch(() => []);

  before(async () => {
    sides = await twoSides();
    for (const name of ['one', 'two', 'three'])
      await writeFile(join(sides.folder, name), `bytes of ${name}\n`);
    of = await sides.open();
    await addExhibit(of, ACME, { path: join(sides.folder, 'one'), ...given });
    await of.close();
    const respondent = await sides.handOver();
    await registerReply(respondent, BOLT, disputed('E1'), now);
    await writePacket(respondent, join(sides.folder, 'packet.json'));
    await respondent.close();
    of = await sides.open();
  });
  after(async () => {
    await of.close();
    await sides.remove();
  });

  it('leaves nothing behind: no copy of an exhibit, no document', async () => {
    const path = join(sides.folder, 'two');
    await assert.rejects(
      addExhibit(of, ACME, { path, ...given, receivedAt: 'tomorrow' }),
      refused('CONFLICT', /receivedAt/),
    );
    await of.close();
    of = await sides.open();
    await assert.rejects(registerReply(of, ACME, disputed('F9'), now), refused('CONFLICT', /F9/));
    assert.deepEqual((await held('exhibits')).length, 1);
    assert.deepEqual(await held('replies'), []);
    await of.close();
    of = await sides.open();
  });

  it('takes no claim whose number was given away since it was signed, and says what to do', async () => {
    await registerReply(of, ACME, disputed('E1'), now);
    await assert.rejects(
      receivePacket(of, join(sides.folder, 'packet.json')),
      (error) =>
        refused('CONFLICT', /signed on 3 entries, the log has 4 now, and .*Y1/)(error) &&
        /hand over the bundle/.test((error as FiliationError).hint!),
    );
    assert.equal((await held('replies')).length, 1);
    await of.close();
    of = await sides.open();
  });

  it('takes no packet twice', async () => {
    await of.close();
    const respondent = await sides.handOver();
    await registerReply(respondent, BOLT, disputed('E1'), now);
    const packet = join(sides.folder, 'again.json');
    await writePacket(respondent, packet);
    await respondent.close();
    of = await sides.open();
    const at = of.size;
    assert.equal(await receivePacket(of, packet), 1);
    await assert.rejects(receivePacket(of, packet), refused('CONFLICT', new RegExp(`already.*entry ${at}$`)));
  });

  it('takes no claim from the other side that would spoil every later bundle', async () => {
    await of.close();
    // Signed by the respondent's own key, with a clock that is a year ahead and files it does not hand over.
    const ahead = await sides.handOver({ now: () => new Date('2031-01-01T00:00:00Z') });
    await registerReply(ahead, BOLT, disputed('E1'), now);
    await assert.rejects(sides.handBack(ahead), refused('CONFLICT', /is dated 2031-01-01T00:00:00Z/));
    const empty = await sides.handOver();
    const body = {
      exhibit: 'E2',
      kind: 'other',
      name: 'x',
      size: 1,
      files: 1,
      origin: 'x',
      custodian: 'bolt',
    } as const;
    const subject = { name: 'x', digest: { sha256: '0'.repeat(64) } };
    await empty.add(BOLT, [
      draft('exhibit', [subject], {
        ...body,
        handedOverBy: 'x',
        receivedAt: given.receivedAt,
        storage: 'copy',
      }),
    ]);
    await assert.rejects(
      sides.handBack(empty),
      refused('CONFLICT', /a copy whose bytes are not in this case/),
    );
    of = await sides.open();
    assert.ok(!of.state.exhibits.has('E2'));
  });

  it('takes no rule that says more than an opinion can quote', async () => {
    const { sha256 } = of.state.exhibits.get('E1')!;
    const test = { id: 'x', version: '1' };
    const exhibits = [{ role: 'subject', exhibit: 'E1', sha256 }] as const;
    const input: PlanInput = {
      comparisons: [{ title: 'x', kind: 'weights', exhibits, tests: [test], parameters: {} }],
      opinion: { combine: 'holm', tests: [{ test: 'x', remark: 'the best one' }], log10Alpha: -6 },
      errorBudget: { alpha: '0.000001', across: 'holm' },
      seed: { source: 'stated', value: 'x' },
      stopping: 'once',
      exclusions: 'none',
      software: 'test',
    };
    await assert.rejects(registerPlan(of, ACME, input), refused('USAGE', /says more under tests/));
  });

  it('seals what the log names and nothing that an act cut short left in the folder', async () => {
    await mkdir(join(of.folder, 'exhibits', '0'.repeat(64)), { recursive: true });
    await writeFile(join(of.folder, 'exhibits', '0'.repeat(64), 'half'), 'half');
    for (const folder of ['plans', 'findings', 'opinions', 'replies', 'reports', 'disclosure']) {
      await mkdir(join(of.folder, folder), { recursive: true });
      await writeFile(
        join(of.folder, folder, `${'0'.repeat(64)}.json`),
        '{"a":"draft that was never logged"}',
      );
    }
    const out = join(sides.folder, 'sealed.zip');
    const vouch = (): Promise<void> => Promise.resolve();
    await sealCase(of, ACME, { out, withheld: [], software: 'test', tags: [], now, vouch });
    const source = await openBundleSource(out);
    const { report } = await verifyBundle(source, { platform: nodePlatform });
    const names = source.members.map(({ path }) => path);
    await source.close();
    assert.deepEqual(
      report.checks.filter(({ status }) => status === 'failed'),
      [],
    );
    assert.deepEqual(
      names.filter((name) => name.includes('0'.repeat(64))),
      [],
    );
    assert.equal(names.filter((name) => name.startsWith('data/replies/')).length, 2);
  });
});
