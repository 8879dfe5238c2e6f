import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { agentSigner } from './agent.ts';
import { generateKey, keyFileSigner, openSigner, writeSealed } from './key-store.ts';
import { Secret } from './secret.ts';
import { encodedSeedSigner, encodeSeed, generateSeed, seedSigner } from './signer.ts';
import { agentProgram } from './test-support/agent-program.ts';

const cost = { n: 2 ** 14, r: 1, p: 1 };
const PASSPHRASE = 'canary-passphrase-7f3a9';
const SEED = Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + 11) % 256);

/** Every way in which the secrets could have been written down. */
function canaries(): readonly string[] {
  const forms = (bytes: Uint8Array) => {
    const buffer = Buffer.from(bytes);
    // Base64 of the bytes at each of the three alignments, without the ends that depend on neighbours.
    const aligned = [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), buffer])
        .toString('base64')
        .slice(4, -4),
    );
    return [buffer.toString('hex'), buffer.toString('latin1'), ...aligned, [...bytes].join(',')];
  };
  const list = [...bytesAsInspected(SEED)];
  return [PASSPHRASE, ...forms(SEED), ...forms(new TextEncoder().encode(PASSPHRASE)), ...list];
}

function bytesAsInspected(bytes: Uint8Array): readonly string[] {
  return [
    [...bytes].slice(0, 6).join(', '),
    [...bytes]
      .slice(0, 6)
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' '),
  ];
}

function assertClean(text: string, where: string): void {
  // Inspection pads numbers and breaks lines.
  const both = `${text}\n${text.replace(/\s+/g, ' ')}`;
  for (const canary of canaries()) assert.ok(!both.includes(canary), `${where} holds a secret`);
}

/** An error in every form in which a program prints one. */
function everyForm(error: unknown): string {
  const forms = [String(error), inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error)];
  for (let each = error; each instanceof Error; each = each.cause)
    forms.push(each.message, each.stack ?? '', JSON.stringify({ ...each }), inspect(each.cause));
  return forms.join('\n');
}

describe('canary secrets', () => {
  let folder = '';
  const seed = () => new Secret(SEED.slice());
  const environment = { FILIATION_PASSPHRASE: PASSPHRASE };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'filiation-canary-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('are found where they do stand, so that the search itself is known to work', () => {
    for (const text of [
      PASSPHRASE,
      Buffer.from(SEED).toString('base64'),
      inspect(SEED),
      inspect(Buffer.from(SEED)),
    ])
      assert.throws(() => assertClean(text, 'planted'), /holds a secret/);
    const tagged = Buffer.concat([Uint8Array.of(1), SEED]).toString('base64');
    assert.throws(() => assertClean(tagged, 'planted'), /holds a secret/);
    assert.throws(() => assertClean(everyForm(new Error('x', { cause: new Error(PASSPHRASE) })), 'cause'));
  });

  it('do not show in any form of a wrapped secret or of a signer', () => {
    const encoded = encodeSeed('example.org/canary', seed());
    for (const each of [
      seed(),
      Secret.ofText(PASSPHRASE),
      encoded,
      seedSigner('example.org/canary', seed()),
    ]) {
      const shown = [
        String(each),
        `${each}`,
        JSON.stringify({ each }),
        inspect(each, { depth: 20, showHidden: true }),
        inspect({ each }, { customInspect: false, showHidden: true, depth: 20 }),
        inspect(structuredCloneOrNothing(each)),
      ];
      assertClean(shown.join('\n'), 'a wrapped secret');
    }
    assert.equal(`${seed()} ${JSON.stringify(seed())} ${inspect(seed())}`, '[secret] "[secret]" [secret]');
  });

  it('are gone once wiped', () => {
    const bytes = SEED.slice();
    const secret = new Secret(bytes);
    secret.wipe();
    assert.ok(bytes.every((byte) => byte === 0));
    assert.throws(() => secret.use((each) => each), /wiped/);
  });

  it('stand in no file that is written', async () => {
    await generateKey(join(folder, 'a.key'), 'example.org/a', { environment }, { cost });
    const about = { kind: 'master-salt', label: 'E1' } as const;
    await writeSealed(join(folder, 'a.salt'), seed(), about, { environment }, { cost });
    const names = await readdir(folder);
    assert.equal(names.length, 2);
    for (const name of names) {
      const bytes = await readFile(join(folder, name));
      assertClean(`${bytes.toString('latin1')}\n${bytes.toString('utf8')}`, name);
    }
  });

  it('stand in no error', async () => {
    const path = join(folder, 'errors.key');
    const { vkey } = generateSeed('example.org/agent');
    const text = encodeSeed('example.org/canary', seed()).use((bytes) => new TextDecoder().decode(bytes));
    const leaky = await agentProgram(folder, 'leaky', `answer(${JSON.stringify(text)});`);
    const notJson = join(folder, 'not-json.key');
    await writeFile(notJson, `{"seed": "${Buffer.from(SEED).toString('base64')}" oops`, { mode: 0o600 });
    const wrongPassphrase = { environment: { FILIATION_PASSPHRASE: `${PASSPHRASE}-not` } };
    await generateKey(path, 'example.org/errors', { environment }, { cost });
    const failing: readonly (() => unknown)[] = [
      () => keyFileSigner(path, wrongPassphrase),
      () => keyFileSigner(notJson, { environment }),
      () => keyFileSigner(join(folder, 'none'), { environment }),
      () => generateKey(path, 'example.org/errors', { environment }, { cost }),
      () => generateKey(join(path, 'below'), 'example.org/errors', { environment }, { cost }),
      () => generateKey(join(folder, 'b.key'), 'bad name', { environment }, { cost }),
      () => encodedSeedSigner(`${text}AAAA`),
      () => encodedSeedSigner(text.replace('canary', 'kanary')),
      () => openSigner({ environment: { FILIATION_KEY: text.toLowerCase() } }),
      () => openSigner({ environment: { FILIATION_KEY_AGENT: text }, vkey }),
      () => agentSigner({ command: leaky, vkey }).sign(Uint8Array.of(1)),
    ];
    for (const [i, fail] of failing.entries())
      await assert.rejects(
        async () => fail(),
        (error) => {
          assertClean(everyForm(error), `error ${i}`);
          return true;
        },
      );
  });

  it('stand in nothing that a process prints, not even when it dies of the error', async () => {
    const store = fileURLToPath(new URL('./key-store.js', import.meta.url));
    const program = join(folder, 'program.mjs');
    await writeFile(
      program,
      `import { generateKey, openSigner } from ${JSON.stringify(store)};
       const path = ${JSON.stringify(join(folder, 'printed.key'))};
       const environment = process.env;
       console.log(await generateKey(path, 'example.org/p', { environment }, { cost: ${JSON.stringify(cost)} }));
       const signer = await openSigner({ keyFile: path, environment });
       console.log(signer, await signer.sign(new Uint8Array(3)));
       console.error(await openSigner({ environment }));
       await openSigner({ keyFile: path, environment: { FILIATION_PASSPHRASE: environment.FILIATION_PASSPHRASE + '!' } });`,
    );
    const text = encodeSeed('example.org/canary', seed()).use((bytes) => new TextDecoder().decode(bytes));
    const { stdout, stderr, status } = spawnSync(process.execPath, [program], {
      encoding: 'utf8',
      env: { ...process.env, ...environment, FILIATION_KEY: text },
    });
    assert.equal(status, 1);
    assert.match(stderr, /the passphrase is wrong or the file is damaged/);
    assert.match(stdout, /example\.org\/p\+/);
    assertClean(stdout, 'stdout');
    assertClean(stderr, 'stderr');
  });
});

function structuredCloneOrNothing(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}
