// Makes the verifier that travels with every bundle, from the compiled packages/verify:
//   filiation-verify.mjs   the command line, one file for Node
//   verify.html            the page, one file for a browser, which it keeps off the network
// Same source, same bytes. node scripts/build-verifier.mjs [--out FOLDER]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
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

// Stand in for entries that packages/verify does not have yet, to try the step; never shipped.
const PLACEHOLDERS = {
  'node/main.js': `
    import { checkBag } from '${join(compiled, 'index.js')}';
    import { nodePlatform, openBundleSource } from '${join(compiled, 'node/index.js')}';
    const source = await openBundleSource(process.argv[2]);
    let failed = 0;
    await checkBag(source, nodePlatform, ({ id, status, part, detail }) => {
      if (status !== 'failed') return;
      failed++;
      console.log(id, part, detail);
    });
    console.log(failed === 0 ? 'the bag is whole; signatures are not checked by this placeholder' : 'failed');
    process.exitCode = failed === 0 ? 0 : 3;`,
  'browser/page.js': `
    import { openArchive } from '${join(compiled, 'index.js')}';
    import { blobAccess } from '${join(compiled, 'browser/index.js')}';
    document.body.addEventListener('drop', async (event) => {
      event.preventDefault();
      const file = event.dataTransfer.files[0];
      const source = await openArchive(blobAccess(file, file.name), file.name);
      document.body.textContent = source.members.length + ' files; nothing is checked by this placeholder';
    });
    document.body.addEventListener('dragover', (event) => event.preventDefault());
    document.body.dataset.ready = 'yes';`,
  'browser/page.css': 'body { font: 1rem/1.5 sans-serif }',
  'browser/page.html': '<main>Drop a bundle here.</main>',
};

const missing = Object.keys(PLACEHOLDERS).filter((path) => !existsSync(join(compiled, path)));
if (missing.length > 0 && values.out === undefined) {
  process.stderr.write(`packages/verify/dist lacks ${missing.join(', ')}. Run: npm run build\n`);
  process.exit(2);
}

const program = await bundle('node/main.js', 'es');
const script = await bundle('browser/page.js', 'iife');
mkdirSync(out, { recursive: true });
put('filiation-verify.mjs', `#!/usr/bin/env node\n// ${banner}\n${program}`);
put('verify.html', page(`// ${banner}\n${script}`));

async function bundle(entry, format) {
  const onNode = format === 'es';
  const made = await rollup({
    input: existsSync(join(compiled, entry)) ? join(compiled, entry) : 'placeholder',
    external: (id) => onNode && builtins.has(id),
    plugins: [placeholder(entry)],
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

function placeholder(entry) {
  return {
    name: 'placeholder',
    resolveId: (id) => (id === 'placeholder' ? id : null),
    load: (id) => (id === 'placeholder' ? PLACEHOLDERS[entry] : null),
  };
}

/** One file: nothing is fetched, and nothing but this script and style can run. */
function page(script) {
  const style = text('browser/page.css');
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
${text('browser/page.html').trim()}
<script>${script}</script>
</body>
</html>
`;
}

function text(path) {
  const file = join(compiled, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : PLACEHOLDERS[path];
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
