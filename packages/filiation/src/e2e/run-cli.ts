import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
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

/** The program as it is installed. */
export function program(): string {
  return join(cloneRoot(), 'packages/filiation/bin/filiation.js');
}

export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly cache?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of node itself. */
  readonly node?: readonly string[];
}

/** Runs the real command line in a process of its own. */
export function filiation(args: readonly string[], options: CliOptions = {}): CliRun {
  const run: SpawnSyncReturns<string> = spawnSync(
    process.execPath,
    [...(options.node ?? []), program(), ...args],
    {
      encoding: 'utf8',
      cwd: options.cwd ?? cloneRoot(),
      maxBuffer: 256 * 1024 ** 2,
      env: {
        ...process.env,
        ...(options.cache === undefined ? {} : { XDG_CACHE_HOME: options.cache }),
        ...options.env,
      },
    },
  );
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}
