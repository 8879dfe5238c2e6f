#!/usr/bin/env node
import { existsSync } from 'node:fs';

const entry = new URL('../dist/node/main.js', import.meta.url);
if (existsSync(entry)) {
  await import(entry.href);
} else {
  process.stderr.write('filiation-verify is not built yet. In the clone, run: npm run build\n');
  process.exitCode = 2;
}
