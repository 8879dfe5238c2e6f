// Writes the error rates that reports quote from docs/error-rates.json. node scripts/make-published-rates.mjs [--check]
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const source = readFileSync('docs/error-rates.json');
const { rates } = JSON.parse(source);
const tests = rates.tests.map((test) => ({
  test: test.test,
  related: test.related,
  independent: test.independent,
  independentFamilies: test.independentFamilies,
  falseAlarms: Math.round(test.falseAlarmsAtP01 * test.independent),
  sensitivity: test.sensitivityAt1Percent,
}));
const digest = createHash('sha256').update(source).digest('hex');
const path = 'packages/weights/src/calibration/published-rates.ts';
const text = `// Written by scripts/make-published-rates.mjs from docs/error-rates.json.
import type { PublishedRates } from './published-rates-type.ts';

/** Error rates measured on models of known parentage, as published with this version. */
export const PUBLISHED_RATES: PublishedRates = ${JSON.stringify(
  { digest: `sha256:${digest}`, models: rates.models, tests },
  null,
  2,
)
  .replaceAll(/"([a-zA-Z0-9]+)":/g, '$1:')
  .replaceAll('"', "'")
  .replaceAll(/([^[{,\s])\n(\s*[}\]])/g, '$1,\n$2')};
`;
if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (!readFileSync(path, 'utf8').includes(digest)) {
  process.stderr.write(
    `${path} is older than docs/error-rates.json. Run: node scripts/make-published-rates.mjs\n`,
  );
  process.exit(1);
}
