import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiled signer module, for agents written by tests. */
const SIGNER = fileURLToPath(new URL('../signer.js', import.meta.url));

/**
 * Writes a program that answers sign requests as an agent does and returns its command. `body` sees
 * `request`, `signer` (made from FILIATION_TEST_SEED) and must call `answer(text)`.
 */
export async function agentProgram(folder: string, name: string, body: string): Promise<readonly string[]> {
  const path = join(folder, `${name}.mjs`);
  const text = `import { encodedSeedSigner } from ${JSON.stringify(SIGNER)};
let input = '';
for await (const piece of process.stdin) input += piece;
const request = JSON.parse(input);
const answer = (text) => process.stdout.write(text);
const signer = () => encodedSeedSigner(process.env.TEST_AGENT_SEED);
${body}
`;
  await writeFile(path, text);
  return [process.execPath, path];
}

export const HONEST = `const signature = await signer().sign(Buffer.from(request.message, 'base64'));
answer(JSON.stringify({ signature: Buffer.from(signature).toString('base64') }));`;
