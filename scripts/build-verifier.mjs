// Makes the verifier that travels with every bundle, from the compiled packages/verify:
//   filiation-verify.mjs   the command line, one file for Node
//   verify.html            the page, one file for a browser, which it keeps off the network
//   verify-by-hand.md      the guide to checking with common tools alone
// Same source, same bytes. node scripts/build-verifier.mjs [--out FOLDER]
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rollup } from '@rollup/wasm-node';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const compiled = join(root, 'packages/verify/dist');
const { version, license } = JSON.parse(readFileSync(join(root, 'packages/verify/package.json'), 'utf8'));
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const out = values.out ?? join(compiled, 'standalone');

const banner = `Filiation verifier ${version}. ${license}. Made from the package @filiation/verify.`;
const builtins = new Set(builtinModules.map((name) => `node:${name}`));

const program = await bundle('node/main.js', 'es');
const script = await bundle('page/page.js', 'iife');
mkdirSync(out, { recursive: true });
put('filiation-verify.mjs', `#!/usr/bin/env node\n// ${banner}\n${program}`);
put('verify.html', page(`// ${banner}\n${script}`));
put('verify-by-hand.md', readFileSync(join(root, 'docs/verify-by-hand.md'), 'utf8'));

async function bundle(entry, format) {
  const onNode = format === 'es';
  const made = await rollup({
    input: join(compiled, entry),
    external: (id) => onNode && builtins.has(id),
    // A verifier that depends on something, or imports in a circle, is not one file to read.
    onwarn: (warning) => {
      throw new Error(`${entry}: ${warning.message}`);
    },
  });
  const { output } = await made.generate({
    format,
    inlineDynamicImports: true,
    generatedCode: 'es2015',
    indent: false,
  });
  await made.close();
  if (output.length !== 1) throw new Error(`${entry}: made ${output.length} files instead of one`);
  return output[0].code.replace(/^\/\/# sourceMappingURL=.*\n?/gm, '');
}

/** One file: nothing is fetched, and nothing but this script and style can run. */
function page(script) {
  const style = text('page.css');
  // Inside these elements HTML knows no escapes.
  for (const [name, content] of [
    ['script', script],
    ['style', style],
  ])
    if (/<!--|<script|<\/(?:script|style)/i.test(content))
      throw new Error(`the ${name} cannot stand in a page`);
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Filiation: check a sealed bundle</title>
<style>${style}</style>
</head>
<body>
${text('page.html').trim()}
<script>${script}</script>
</body>
</html>
`;
}

function text(name) {
  return readFileSync(join(root, 'packages/verify/src/page', name), 'utf8');
}

function hash(content) {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`;
}

/** Whole or not at all: somebody may seal a case meanwhile. */
function put(name, content) {
  const path = join(out, name);
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
}
