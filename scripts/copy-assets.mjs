// The compiler copies no data: put JSON tables, styles, pages and their scripts beside the compiled code.
import { cpSync, readdirSync } from 'node:fs';

const assets = /\.(json|css|html|js|svg|wasm)$/;
for (const path of readdirSync('packages', { recursive: true, encoding: 'utf8' })) {
  const match = /^([^/]+)\/src\/(.+)$/.exec(path);
  if (match && assets.test(path)) cpSync(`packages/${path}`, `packages/${match[1]}/dist/${match[2]}`);
}
