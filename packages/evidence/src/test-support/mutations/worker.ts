import { parentPort, workerData } from 'node:worker_threads';
import { SIGNERS } from '../whole-case.ts';
import { unpack } from './bundle.ts';
import { judgeMutations, numbersFrom } from './judge.ts';
import { byteMutations } from './of-bytes.ts';
import { entryMutations } from './of-entries.ts';
import { fileMutations } from './of-files.ts';

// Away from the test runner, whose bookkeeping of promises costs more than the checks.
const { archive, which } = workerData as { archive: Uint8Array; which: 'bytes' | 'files' | 'entries' };
const files = await unpack(archive);
const mutations = {
  bytes: () => byteMutations(files, numbersFrom(1)),
  files: () => fileMutations(files, numbersFrom(2)),
  entries: () => entryMutations(files, SIGNERS),
}[which]();
parentPort!.postMessage(await judgeMutations(mutations));
