// Runs every compiled test: node scripts/test.mjs [word...] keeps the files whose path holds a word.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const words = process.argv.slice(2);
const files = readdirSync('packages', { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[^/]+\/dist\/.*\.test\.js$/.test(path))
  .map((path) => `packages/${path}`)
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();
if (files.length === 0) {
  process.stderr.write('No compiled test found. Run: npm run build\n');
  process.exit(2);
}
const run = spawnSync(process.execPath, ['--test', '--test-reporter=tap', '--test-concurrency=2', ...files], {
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
