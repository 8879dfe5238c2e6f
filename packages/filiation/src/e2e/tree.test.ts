import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ErrorRates, LineageTree, SimulatedNull } from '@filiation/weights';
import { example, filiation } from './run-cli.ts';

const MODELS = ['A_lora', 'A_permuted', 'A_sameinit', 'base_A', 'base_B', 'A_pruned_width'];

describe('many models of known parentage', () => {
  let folder = '';
  let set = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-tree-'));
    set = join(folder, 'set');
    await mkdir(set);
    for (const name of MODELS) await cp(example(name), join(set, name), { recursive: true });
    await cp(join(example('base_A'), '..', 'LINEAGE.json'), join(set, 'LINEAGE.json'));
  });
  after(() => rm(folder, { recursive: true }));

  it('filiation tree hangs children on their parent, confirms claims and keeps strangers apart', async () => {
    const page = join(folder, 'tree.html');
    const tips = join(folder, 'tree.nwk');
    const run = filiation(['tree', set, '--json', '--html', page, '--newick', tips], { cache: folder });
    assert.equal(run.status, 0, run.stderr);
    const tree = JSON.parse(run.stdout) as LineageTree;
    const descent = tree.edges.filter((edge) => edge.kind === 'descent');
    assert.deepEqual(descent.map((edge) => `${edge.parent} > ${edge.child}`).sort(), [
      'base_A > A_lora',
      'base_A > A_permuted',
      'base_A > A_pruned_width',
    ]);
    assert.ok(descent.every((edge) => edge.status === 'confirmed'));
    assert.ok(descent.find((edge) => edge.child === 'A_pruned_width')?.mechanisms.includes('pruned-width'));
    assert.deepEqual(
      tree.edges.filter((edge) => edge.kind === 'shared-initialisation').map((edge) => edge.directed),
      [false],
    );
    assert.ok(tree.groups.some((group) => group.length === 1 && group[0] === 'base_B'));
    assert.match(await readFile(page, 'utf8'), /<\/html>\s*$/);
    assert.match(await readFile(tips, 'utf8'), /base_B/);
  });

  it('filiation calibrate counts opinions against the recorded truth and writes page, data and plots', async () => {
    const out = join(folder, 'calibration');
    const run = filiation(['calibrate', set, '--out', out, '--simulations', '30', '--json'], {
      cache: folder,
    });
    assert.equal(run.status, 0, run.stderr);
    const { rates, simulated } = JSON.parse(run.stdout) as {
      rates: ErrorRates;
      simulated: SimulatedNull[];
    };
    assert.deepEqual(rates.pairs, { derived: 6, 'shared-initialisation': 4, independent: 5 });
    assert.deepEqual(rates.wrong, []);
    assert.ok(simulated.length >= 4 && simulated.every((test) => test.randomisedP.length === 30));
    assert.match(await readFile(join(out, 'error-rates.md'), 'utf8'), /weights\.neuron-order/);
    const curve = rates.tests.find((test) => test.test === 'weights.match')?.roc;
    assert.deepEqual(curve?.at(0), { falsePositiveRate: 0, truePositiveRate: 0 });
    assert.ok(curve?.some((point) => point.falsePositiveRate === 0 && point.truePositiveRate === 1));
    assert.match(await readFile(join(out, 'images', 'roc.svg'), 'utf8'), /true positive rate/);
    assert.match(await readFile(join(out, 'images', 'qq-simulated.svg'), 'utf8'), /^<svg|^<\?xml/);
  });
});
