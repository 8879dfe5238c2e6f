import { spawnSync } from 'node:child_process';

/** Reason for skipping a test that compares with OpenSSL, or false where its command is there. */
export const withoutOpenssl: string | false =
  spawnSync('openssl', ['version']).status === 0 ? false : 'the openssl command is not installed';

export interface OpensslResult {
  readonly ok: boolean;
  readonly output: string;
}

export function openssl(...words: readonly string[]): OpensslResult {
  // Without a configuration of the machine's own, so that tests are alike everywhere.
  const run = spawnSync('openssl', words, {
    encoding: 'utf8',
    env: { ...process.env, OPENSSL_CONF: '/dev/null' },
  });
  return { ok: run.status === 0, output: `${run.stdout}${run.stderr}` };
}
