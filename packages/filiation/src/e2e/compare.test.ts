import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ComparisonReport } from '@filiation/weights';
import { example, filiation } from './run-cli.ts';

describe('filiation compare', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-compare-'));
  });
  after(() => rm(folder, { recursive: true }));

  const compare = (reference: string, subject: string, ...more: string[]): ComparisonReport => {
    const run = filiation(['compare', example(reference), example(subject), '--json', ...more], {
      cache: folder,
    });
    assert.equal(run.status, 0, run.stderr);
    return JSON.parse(run.stdout) as ComparisonReport;
  };

  it('finds every true child in the examples', () => {
    for (const child of ['A_ft', 'A_lora', 'A_pruned_width', 'A_permuted', 'A_rotated_scaled']) {
      const { opinion } = compare('base_A', child);
      assert.equal(opinion.relation, 'derived', child);
      assert.ok(opinion.log10P! < -500, `${child}: ${opinion.log10P}`);
    }
  });

  it('does not find the independent model nor the student that only learned from outputs', () => {
    for (const [reference, other] of [
      ['base_A', 'base_B'],
      ['base_A', 'S_plain'],
      ['A_ft', 'base_B'],
      ['base_B', 'A_permuted'],
    ] as const) {
      const { opinion } = compare(reference, other);
      assert.equal(opinion.relation, 'no-evidence', `${reference} ${other}`);
      assert.match(opinion.detectable ?? '', /\d/);
      assert.ok(
        opinion.alternatives.some((entry) => /distillation/.test(entry.explanation) && !entry.ruledOut),
      );
    }
  });

  it('calls twins of one seed shared initialisation, not descent', () => {
    for (const reference of ['base_A', 'A_ft']) {
      assert.equal(compare(reference, 'A_sameinit').opinion.relation, 'shared-initialisation');
    }
  });

  it('calls a model identical to itself', () => {
    assert.equal(compare('base_A', 'base_A').opinion.relation, 'identical');
  });

  it('writes the same findings twice, times aside', () => {
    const strip = (report: ComparisonReport) =>
      JSON.stringify({
        ...report,
        createdAt: '',
        findings: report.findings.map((f) => ({ ...f, startedAt: '', durationMs: 0 })),
      });
    assert.equal(strip(compare('base_A', 'A_lora')), strip(compare('base_A', 'A_lora')));
  });

  it('puts the values of controls beside the pair', () => {
    const report = compare('base_A', 'A_ft', '--controls', example('base_B'));
    const order = report.findings.find((finding) => finding.test.id === 'weights.neuron-order');
    const control = order?.controls?.find((entry) => entry.name === 'base_B');
    assert.ok(control !== undefined && control.value < 20 && order!.statistic!.value > 1000);
  });

  it('shows the opinion on one screen and writes a whole page', async () => {
    const page = join(folder, 'verdict.html');
    const run = filiation(['compare', example('base_A'), example('A_ft'), '--html', page], { cache: folder });
    assert.equal(run.status, 0, run.stderr);
    assert.ok(run.stdout.split('\n').length <= 40, `${run.stdout.split('\n').length} lines`);
    assert.match(run.stdout, /share a trained origin/);
    assert.equal(run.stderr, '', 'progress stays quiet in a pipe');
    assert.match(await readFile(page, 'utf8'), /<\/html>\s*$/);
    assert.ok(!(await readdir(folder)).some((name) => name.endsWith('.tmp')));
  });

  it('says what, where and what to do for bad input, with status 2 and nothing written', async () => {
    const broken = join(folder, 'broken');
    await cp(example('base_B'), broken, { recursive: true });
    await truncate(join(broken, 'model.safetensors'), 100_000);
    const page = join(folder, 'never.html');
    for (const args of [
      ['compare', example('base_A'), broken, '--html', page],
      ['compare', example('base_A'), join(folder, 'absent'), '--html', page],
      ['compare', example('base_A')],
      ['compare', example('base_A'), example('A_ft'), '--units', 'many'],
      ['compare', example('base_A'), example('A_ft'), '--tests', 'weights.nothing'],
      ['inspect', join(folder, 'absent')],
      ['tree', example('base_A')],
      ['calibrate', example('base_A')],
      ['nothing'],
    ]) {
      const run = filiation(args, { cache: folder });
      assert.equal(run.status, 2, `${args.join(' ')}: ${run.stderr}`);
      assert.equal(run.stdout, '');
      assert.ok(run.stderr.length > 20 && !/\n\s+at /.test(run.stderr), run.stderr);
    }
    assert.ok(!(await readdir(folder)).includes('never.html'));
  });

  it('works on a single file without configuration or tokenizer', async () => {
    const bare = join(folder, 'bare.safetensors');
    await cp(join(example('A_ft'), 'model.safetensors'), bare);
    const run = filiation(['compare', example('base_A'), bare, '--json'], { cache: folder });
    assert.equal(run.status, 0, run.stderr);
    assert.equal((JSON.parse(run.stdout) as ComparisonReport).opinion.relation, 'derived');
  });

  it('refuses a hostile pickle and reports what it asked for', async () => {
    const file = join(folder, 'pytorch_model.bin');
    await writeFile(file, Buffer.from("cos\nsystem\n(S'true'\ntR."));
    const run = filiation(['inspect', file], { cache: folder });
    assert.equal(run.status, 2);
    assert.match(run.stderr, /safetensors/);
  });
});
