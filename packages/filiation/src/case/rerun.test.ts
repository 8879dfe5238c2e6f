import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CaseFolder, endRun, findingDocument, logFinding, startRun } from '@filiation/evidence';
import { QUIET, weightsCase } from '../test-support/weights-case.ts';
import { type Recomputed, rerun } from './rerun.ts';
import { runPlan } from './run-plan.ts';
import { weightsKind } from './weights-kind.ts';

describe('computing the findings of a case again', () => {
  let folder = '';
  const open: CaseFolder[] = [];
  const terminal = QUIET;
  const nowhere = new Map<string, string>();
  const run = async (name: string, seed: string, threads: number): Promise<CaseFolder> => {
    const { of, actor } = await weightsCase(join(folder, name), seed);
    open.push(of);
    await runPlan(of, actor, { plan: 'P1', exploratory: false, locations: nowhere, terminal, threads });
    return of;
  };
  /** Names of finding documents are digests of their bytes. */
  const findings = (of: CaseFolder): Promise<string[]> => readdir(join(of.folder, 'findings'));
  const states = (results: readonly Recomputed[]): string[] =>
    results.map(({ finding, state }) => `${finding} ${state}`);
  const same = ['F1 same', 'F2 same', 'F3 same'];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-rerun-test-'));
  });
  after(async () => {
    for (const of of open) await of.close();
    await rm(folder, { recursive: true });
  });

  it('gives the same bytes in another folder and with other thread counts, for every seed of a plan', async () => {
    const here = await run('here', 'one seed', 1);
    const there = await run('far away/wo änders', 'one seed', 2);
    assert.deepEqual(await findings(there), await findings(here));
    assert.deepEqual(states(await rerun(here, { locations: nowhere, terminal, threads: 2 })), same);
    const other = await run('other seed', 'another seed', 2);
    assert.equal((await findings(other)).filter((name) => name.includes('json')).length, 3);
    assert.notDeepEqual(await findings(other), await findings(here));
    assert.deepEqual(states(await rerun(other, { locations: nowhere, terminal, threads: 1 })), same);
  });

  it('computes an exploratory run of a plan once more too, but not a run without a plan', async () => {
    const { of, actor } = await weightsCase(join(folder, 'aside'), 'seed');
    open.push(of);
    await runPlan(of, actor, { plan: 'P1', exploratory: true, locations: nowhere, terminal });
    const aside = await startRun(of, actor, { exploratory: true, software: weightsKind.software });
    const [first] = await findings(of);
    const document = JSON.parse(await readFile(join(of.folder, 'findings', first!), 'utf8'));
    await logFinding(of, actor, aside, undefined, { ...document, summary: 'seen by eye' });
    await endRun(of, actor, aside);
    const results = await rerun(of, { locations: nowhere, terminal });
    assert.deepEqual(states(results), [...same, 'F4 not-recomputed']);
    assert.match(results[3]!.detail!, /no plan/);
  });

  it('names a finding that says something else than the tests, and where', async () => {
    const { of, actor } = await weightsCase(join(folder, 'bent'), 'seed');
    open.push(of);
    const number = await startRun(of, actor, {
      plan: 'P1',
      exploratory: false,
      software: weightsKind.software,
    });
    const [comparison] = [JSON.parse(await planText(of)).comparisons[0]];
    await weightsKind.run({
      comparison,
      exhibits: comparison.exhibits.map(({ role, exhibit, sha256 }: Record<string, string>) => ({
        role,
        exhibit,
        sha256,
        name: of.state.exhibits.get(exhibit!)!.claim.name,
        path: join(of.folder, 'exhibits', sha256!),
      })),
      seed: 'seed',
      done: new Map(),
      terminal,
      onFinding: async (finding) => {
        const bent = finding.test.id === 'weights.match' ? { ...finding, log10P: -5000 } : finding;
        await logFinding(of, actor, number, 'C1', findingDocument(bent, false));
      },
    });
    await endRun(of, actor, number);
    const results = await rerun(of, { locations: nowhere, terminal });
    assert.deepEqual(states(results), ['F1 same', 'F2 same', 'F3 different']);
    assert.match(results[2]!.detail!, /differs at character \d+: logged .*-5000.*, computed /);
  });

  it('computes nothing from an exhibit that is missing or was changed', async () => {
    const { of, actor } = await weightsCase(join(folder, 'changed'), 'seed', true);
    open.push(of);
    const path = join(folder, 'changed-subject', 'A_permuted');
    const at = new Map([['E2', path]]);
    await runPlan(of, actor, { plan: 'P1', exploratory: false, locations: at, terminal });
    assert.deepEqual(states(await rerun(of, { locations: at, terminal })), same);
    const missing = await rerun(of, { locations: nowhere, terminal });
    assert.ok(missing.every(({ state, detail }) => state === 'not-recomputed' && /E2/.test(detail!)));
    await appendFile(join(path, 'config.json'), ' ');
    const changed = await rerun(of, { locations: at, terminal });
    assert.equal(changed.length, 3);
    for (const { state, detail } of changed) {
      assert.equal(state, 'not-recomputed');
      assert.match(detail!, /is not exhibit E2: its digest differs/);
    }
  });
});

async function planText(of: CaseFolder): Promise<string> {
  return readFile(join(of.folder, 'plans', `${of.state.plans.get('P1')!.sha256}.json`), 'utf8');
}
