import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { hexOf } from './bytes.ts';
import type { Check } from './check.ts';
import { checkLog, type LogCheckResult } from './log-check.ts';
import { nodePlatform } from './node/platform.ts';
import { noteBytes, parseNote } from './note.ts';
import { parseNoteKey } from './note-key.ts';
import { logFiles, memorySource } from './test-support/log-files.ts';
import { noteSigner } from './test-support/note-signer.ts';
import { sharedEvidence } from './test-support/shared-data.ts';
import { definedRoot, leavesOf } from './test-support/trees.ts';

const log = noteSigner('example.org/log', 1);
const witness = noteSigner('example.org/witness', 2, 'cosignature');
const SIZE = 600;
const ENTRIES = Array.from({ length: SIZE }, (_, i) => new TextEncoder().encode(`entry ${i}`));

type Files = Map<string, Uint8Array>;

async function check(
  files: Files,
  more: { sizes?: number[]; prefix?: string; onEntry?: (index: number, entry: Uint8Array) => void } = {},
): Promise<{ result: LogCheckResult; faults: string[]; failed: string[]; passed: Check[] }> {
  const checks: Check[] = [];
  const result = await checkLog({
    source: memorySource(files),
    platform: nodePlatform,
    prefix: '',
    logKeys: [log.key],
    witnessKeys: [witness.key],
    report: (each) => checks.push(each),
    ...more,
  });
  const named = (each: Check): string => `${each.id} ${each.part}`;
  return {
    result,
    faults: checks.filter(({ status }) => status !== 'passed').map(named),
    failed: checks.filter(({ status }) => status === 'failed').map(named),
    passed: checks.filter(({ status }) => status === 'passed'),
  };
}

const WHOLE = logFiles(ENTRIES, log, [0, 1, 300]);
const whole = (): Files => new Map(WHOLE);
const cosigned = (): Files => {
  const files = whole();
  const note = parseNote(files.get('checkpoint')!);
  const line = witness.sign(note.text, 1_700_000_000);
  return files.set('checkpoint', noteBytes({ text: note.text, signatures: [...note.signatures, line] }));
};

describe('the check of a log', () => {
  it('re-derives tiles, root and archived checkpoints of an honest one', async () => {
    const seen: number[] = [];
    const { result, faults } = await check(cosigned(), {
      sizes: [2, 257],
      onEntry: (index, entry) => {
        assert.deepEqual(entry, ENTRIES[index]);
        seen.push(index);
      },
    });
    assert.deepEqual(faults, []);
    assert.deepEqual(seen, [...ENTRIES.keys()]);
    assert.deepEqual([result.entries, result.head?.size], [SIZE, SIZE]);
    assert.deepEqual(
      result.archived.map(({ size }) => size),
      [0, 1, 300],
    );
    assert.equal(result.head?.signatures[1]?.time, 1_700_000_000);
    const leaves = leavesOf(SIZE);
    for (const size of [0, 1, 2, 257, 300, SIZE])
      assert.equal(hexOf(result.roots.get(size)!), hexOf(definedRoot(leaves.slice(0, size))), `size ${size}`);
  });

  it('reads a log that lies in a folder of a bundle', async () => {
    const files = new Map([...whole()].map(([path, bytes]) => [`data/log/${path}`, bytes]));
    const { result, faults } = await check(files, { prefix: 'data/log/' });
    assert.deepEqual([faults, result.entries, result.head?.path], [[], SIZE, 'data/log/checkpoint']);
  });

  it('catches every changed, cut and missing file, and names it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...WHOLE.keys()),
        fc.constantFrom('flip', 'cut', 'add', 'remove', 'empty'),
        fc.nat(),
        async (path, change, at) => {
          const files = cosigned();
          const bytes = files.get(path)!;
          if (change === 'remove') {
            if (path.startsWith('checkpoints/')) return;
            files.delete(path);
          } else files.set(path, changed(bytes, change, at));
          const { failed } = await check(files);
          const names = path.startsWith('tile/entries/')
            ? [`log.entries ${path}`, `log.tile ${path.replace('entries', '0')}`]
            : ['checkpoint', 'archived-checkpoint', 'tile', 'root'].map((id) => `log.${id} ${path}`);
          assert.ok(
            names.some((name) => failed.includes(name)),
            `${change} ${path}: ${failed.join(', ')}`,
          );
        },
      ),
      { numRuns: 100, seed: 3 },
    );
  });

  it('tells what follows where a bundle is missing', async () => {
    const files = whole();
    files.delete('tile/entries/001');
    const { result, failed } = await check(files);
    assert.deepEqual(failed, ['log.entries tile/entries/001', 'log.root checkpoints/300']);
    assert.equal(result.entries, 256);
    assert.deepEqual(
      result.archived.map(({ size }) => size),
      [0, 1],
    );
  });

  it('sees another history under an old checkpoint', async () => {
    const other = ENTRIES.with(7, new TextEncoder().encode('entry 7 as it should have been'));
    const files = logFiles(other, log);
    files.set('checkpoints/300', whole().get('checkpoints/300')!);
    const { result, failed } = await check(files);
    assert.deepEqual(failed, ['log.root checkpoints/300']);
    assert.deepEqual(result.archived, []);
  });

  it('sees that entries were lost behind an archived checkpoint', async () => {
    const files = logFiles(ENTRIES.slice(0, 200), log);
    files.set('checkpoints/300', whole().get('checkpoints/300')!);
    assert.deepEqual((await check(files)).failed, ['log.root checkpoints/300']);
  });

  it('believes no checkpoint of another key, another log, or under another name', async () => {
    const stranger = noteSigner('example.org/log', 9);
    assert.deepEqual((await check(logFiles(ENTRIES, stranger))).failed, ['log.checkpoint checkpoint']);
    const elsewhere = noteSigner('example.org/other', 1);
    assert.deepEqual((await check(logFiles(ENTRIES, elsewhere))).failed, ['log.checkpoint checkpoint']);
    const files = whole();
    files.set('checkpoints/299', files.get('checkpoints/300')!);
    assert.deepEqual((await check(files)).failed, ['log.archived-checkpoint checkpoints/299']);
  });

  it('names what does not belong, without failing for what a crash can leave', async () => {
    const files = whole();
    files.set('tile/0/002', new Uint8Array(8192)).set('tile/entries/002.p/200', new Uint8Array(3));
    files.set('tile/junk', new Uint8Array(1)).set('.set-aside/1/tile/0/000', new Uint8Array(1));
    const { faults, failed } = await check(files);
    assert.deepEqual(failed, []);
    assert.deepEqual(faults, [
      'log.leftover .set-aside/1/tile/0/000',
      'log.leftover tile/0/002',
      'log.leftover tile/entries/002.p/200',
      'log.leftover tile/junk',
    ]);
  });

  it('compares older partial tiles and bundles with what has grown from them', async () => {
    const files = whole();
    const older = logFiles(ENTRIES.slice(0, 530), log);
    for (const path of ['tile/0/002.p/18', 'tile/entries/002.p/18']) files.set(path, older.get(path)!);
    const { faults, passed } = await check(files);
    assert.deepEqual(faults, []);
    assert.equal(passed.filter(({ id }) => id === 'log.old-tile').length, 2);
    for (const path of ['tile/0/002.p/18', 'tile/entries/002.p/18'])
      for (const change of ['flip', 'cut', 'add'] as const) {
        const wrong = new Map(files).set(path, changed(files.get(path)!, change, 40));
        assert.deepEqual((await check(wrong)).failed, [`log.old-tile ${path}`]);
      }
  });

  it('takes a full tile for the partial one that it has replaced', async () => {
    const files = logFiles(ENTRIES.slice(0, 200), log);
    const grown = logFiles(ENTRIES.slice(0, 256), log);
    for (const path of ['tile/0/000', 'tile/entries/000']) {
      files.delete(`${path}.p/200`);
      files.set(path, grown.get(path)!);
    }
    const { failed, result } = await check(files);
    assert.deepEqual([failed, result.entries], [[], 200]);
    files.set('tile/0/000', files.get('tile/0/000')!.slice(0, 199 * 32));
    assert.deepEqual((await check(files)).failed, ['log.tile tile/0/000']);
  });

  it('is not led astray by a checkpoint of an immense size', async () => {
    const text = parseNote(whole().get('checkpoint')!).text.replace(String(SIZE), '9007199254740991');
    const files = whole().set('checkpoint', noteBytes({ text, signatures: [log.sign(text)] }));
    const { failed, result } = await check(files);
    assert.ok(failed.includes('log.entries tile/entries/002'));
    assert.equal(result.entries, 512);
    assert.equal(result.roots.has(9007199254740991), false);
  });

  it('says that there is no log where there is none', async () => {
    const { result, failed } = await check(new Map());
    assert.deepEqual([failed, result.entries, result.head], [['log.checkpoint checkpoint'], 0, undefined]);
  });
});

function changed(bytes: Uint8Array, change: string, at: number): Uint8Array {
  if (change === 'empty') return new Uint8Array();
  if (change === 'cut') return bytes.slice(0, -1);
  if (change === 'add') return new Uint8Array([...bytes, 0]);
  const copy = bytes.slice();
  copy[at % copy.length]! ^= 1 << (at % 8);
  return copy;
}

const tessera = sharedEvidence('tlog-tessera');
test('the Tessera log passes at each of its sizes', {
  skip: tessera === undefined && 'no data',
}, async () => {
  const key = parseNoteKey(
    nodePlatform,
    'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx',
  );
  const files: Files = new Map();
  for (const path of readdirSync(join(tessera!, 'tile'), { recursive: true, encoding: 'utf8' })) {
    const file = join(tessera!, 'tile', path);
    if (existsSync(file) && /\/[0-9]+$/.test(path)) files.set(`tile/${path}`, readFileSync(file));
  }
  for (let size = 1; size <= 15; size++)
    files.set(`checkpoints/${size}`, readFileSync(join(tessera!, `checkpoint.${size}`)));
  files.set('checkpoint', readFileSync(join(tessera!, 'checkpoint')));
  const checks: Check[] = [];
  const result = await checkLog({
    source: memorySource(files),
    platform: nodePlatform,
    prefix: '',
    logKeys: [key],
    report: (each) => checks.push(each),
  });
  assert.deepEqual(
    checks.filter(({ status }) => status !== 'passed'),
    [],
  );
  assert.deepEqual([result.entries, result.archived.length], [15, 15]);
});
