import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the clone, found from the compiled file. */
export function cloneRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'examples', 'models'))) folder = dirname(folder);
  return folder;
}

export function example(name: string): string {
  return join(cloneRoot(), 'examples', 'models', name);
}

export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command line in a process of its own. */
export function filiation(args: readonly string[], options: { cwd?: string; cache?: string } = {}): CliRun {
  const run = spawnSync(
    process.execPath,
    [join(cloneRoot(), 'packages/filiation/bin/filiation.js'), ...args],
    {
      encoding: 'utf8',
      cwd: options.cwd ?? cloneRoot(),
      maxBuffer: 256 * 1024 ** 2,
      env: { ...process.env, ...(options.cache === undefined ? {} : { XDG_CACHE_HOME: options.cache }) },
    },
  );
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}
