/**
 * A process that appends until it is killed, and says on stdout which entries were acknowledged:
 * node append-forever.test.support.js FOLDER SEED. Each line is the size after an append.
 */
import { writeSync } from 'node:fs';
import { createLog, openLog } from './log.ts';
import { numberedEntries, ORIGIN, seededRandom, testSigner } from './log-fixture.test.support.ts';

const [folder, seed] = process.argv.slice(2) as [string, string];
const random = seededRandom(Number(seed));
const options = { signer: testSigner(), origin: ORIGIN };
const log = await openLog(folder, options).catch(() => createLog(folder, options));
for (;;) {
  const count = random() < 0.95 ? 1 + Math.floor(random() * 3) : Math.floor(random() * 300) + 1;
  const { size } = await log.append(numberedEntries(log.size, count));
  // Not process.stdout: what it holds back would be lost with the process.
  writeSync(1, `${size}\n`);
}
