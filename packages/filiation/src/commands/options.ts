import { DEFAULT_PARAMETERS, type WeightParameters } from '@filiation/weights';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** Options of every command that runs the weight tests. */
export interface RunOptions {
  readonly seed: string;
  readonly units: number;
  readonly tokens: number;
  readonly permutations: number;
  readonly memory: number;
  readonly kernel: 'auto' | 'plain' | 'wasm' | 'onnxruntime';
  readonly threads?: number;
  readonly json?: boolean;
  readonly tolerant?: boolean;
}

/** What `--tolerant` does, in the words of the help. */
export const TOLERANT =
  'read PyTorch checkpoints that hold more than tensors, leaving the rest out (nothing is executed)';

export function addRunOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout')
    .option('--tolerant', TOLERANT)
    .option('--seed <text>', 'seed of every random choice', 'filiation')
    .option('--units <n>', 'hidden units sampled from each layer', wholeNumber(2), 512)
    .option('--tokens <n>', 'shared tokens sampled for alignment', wholeNumber(16), 4096)
    .option('--permutations <n>', 'draws of permutation nulls', wholeNumber(99), 999)
    .addOption(
      new Option('--memory <size>', 'bound on tensor data held at once, such as 512MiB')
        .argParser(size)
        .default(DEFAULT_PARAMETERS.memoryBytes, '256MiB'),
    )
    .option('--threads <n>', 'worker threads of the numerics kernel', wholeNumber(1))
    .addOption(
      new Option('--kernel <name>', 'numerics kernel')
        .choices(['auto', 'plain', 'wasm', 'onnxruntime'])
        .default('auto'),
    );
}

export function parametersOf(options: RunOptions): WeightParameters {
  return {
    seed: options.seed,
    unitsPerLayer: options.units,
    tokens: options.tokens,
    permutations: options.permutations,
    memoryBytes: options.memory,
  };
}

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`give a whole number of at least ${least}`);
    return value;
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const LEAST_MEMORY = 64 * 1024 ** 2;

/** `512MiB`, `1g`, `2 GB` (powers of two) → bytes. */
export function size(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  const bytes = match === null ? Number.NaN : Number(match[1]) * UNITS[match[2]!.toLowerCase()]!;
  if (!(bytes >= LEAST_MEMORY))
    throw new InvalidArgumentError('give a size of at least 64MiB, such as 512MiB or 2GiB');
  return Math.floor(bytes);
}
