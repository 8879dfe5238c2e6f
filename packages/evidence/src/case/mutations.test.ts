import assert from 'node:assert/strict';
import { once } from 'node:events';
import { before, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { nodePlatform } from '@filiation/verify/node';
import { pack, unpack } from '../test-support/mutations/bundle.ts';
import { faultsOf, type Judgement } from '../test-support/mutations/judge.ts';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { sealWholeCase } from '../test-support/whole-case.ts';

const WORKER = new URL('../test-support/mutations/worker.js', import.meta.url);

describe('a sealed bundle', () => {
  let archive: Uint8Array;
  before(async () => {
    const { path, remove } = await temporaryFolder();
    archive = await sealWholeCase(path).finally(remove);
  });

  it('passes as long as nobody touched it', async () => {
    assert.deepEqual(await faultsOf(archive, nodePlatform), []);
    assert.deepEqual(pack(await unpack(archive)).bytes, archive, 'what is mutated is what was sealed');
  });

  it('names what was changed, whatever is changed', async (context) => {
    const judge = async (which: string): Promise<Judgement> => {
      const [judgement] = await once(new Worker(WORKER, { workerData: { archive, which } }), 'message');
      return judgement as Judgement;
    };
    const judgements = await Promise.all(['bytes', 'files', 'entries'].map(judge));
    const counts = judgements.flatMap((each) => [...each.counts]);
    for (const [kind, count] of counts) context.diagnostic(`${String(count).padStart(6)}  ${kind}`);
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    context.diagnostic(`${String(total).padStart(6)}  in all`);
    const missed = judgements.flatMap((each) => each.missed);
    assert.deepEqual(missed.slice(0, 40), [], `${missed.length} mutations are not caught by name`);
    assert.ok(total >= 5_000, `${total} mutations`);
  });
});
