// Writes docs/schema/ from the schemas that every log entry and document is validated with.
// node scripts/make-schemas.mjs [--check]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
  CLAIM_SCHEMAS,
  COMMITMENT_SCHEMA,
  DOCUMENT_SCHEMAS,
  OPENING_SCHEMA,
  SKETCH_SCHEMA,
} from '@filiation/verify';

const check = process.argv.includes('--check');
let stale = 0;
mkdirSync('docs/schema', { recursive: true });
for (const [kind, schemas] of [
  ['claim', CLAIM_SCHEMAS],
  [
    'document',
    { ...DOCUMENT_SCHEMAS, commitment: COMMITMENT_SCHEMA, opening: OPENING_SCHEMA, sketch: SKETCH_SCHEMA },
  ],
])
  for (const [name, schema] of Object.entries(schemas)) {
    const path = `docs/schema/${kind}-${name}.json`;
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    if (!check) writeFileSync(path, text);
    else if (read(path) !== text) {
      process.stderr.write(
        `${path} is not what the code validates with. Run: node scripts/make-schemas.mjs\n`,
      );
      stale++;
    }
  }
process.exit(stale > 0 ? 1 : 0);

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
