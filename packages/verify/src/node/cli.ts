import { parseArgs } from 'node:util';
import { exitStatus, FiliationError } from '../error.ts';
import { printable } from '../printable.ts';
import { type ReportTextOptions, reportText } from '../report-text.ts';
import { type ReaderFiles, type VerifyProgress, verifyFile } from './verify-file.ts';

/** What the program needs of the process, so that tests can stand in for it. */
export interface CommandLine {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Columns of standard output; undefined in a pipe or a file. */
  readonly columns?: number | undefined;
  /** Whether standard error is a terminal: progress is drawn there. */
  readonly progress: boolean;
  /** Whether colour may be used on standard output. */
  readonly colour: boolean;
}

const HELP = `Usage: filiation-verify BUNDLE [options]

Checks a sealed case bundle: the archive, or the folder it was unpacked to. Offline; nothing is executed.

  --policy FILE             whom to trust (tlog-policy), instead of the policy in the bundle
  --seen CHECKPOINT         a checkpoint you kept from earlier: the log must continue it (repeatable)
  --time-roots NAME=PEM     roots of a time authority you trust, instead of those in the bundle (repeatable)
  --json                    print the report as one JSON document
  --quiet                   print the verdict and what failed, nothing else
  --help                    print this

Exit status: 0 passed, 3 failed, 2 usage or nothing to read, 1 our fault.
`;

const CODES = { bold: 1, bad: 31, good: 32, note: 33 } as const;
const LEAST_COLUMNS = 60;
const MOST_COLUMNS = 110;
const CLEAR_LINE = '\r\u001b[2K';

/** Runs `filiation-verify` with these words. Returns the exit status. */
export async function runVerifier(words: readonly string[], io: CommandLine): Promise<0 | 1 | 2 | 3 | 4> {
  try {
    const { values, positionals } = readWords(words);
    if (values.help === true) {
      io.out(HELP);
      return 0;
    }
    const [bundle, ...rest] = positionals;
    if (bundle === undefined || rest.length > 0)
      throw new FiliationError('USAGE', 'name one bundle', { hint: 'see filiation-verify --help' });
    const { report } = await verifyFile(bundle, filesOf(values), io.progress ? drawn(io) : undefined).finally(
      () => io.progress && io.err(CLEAR_LINE),
    );
    io.out(
      values.json === true
        ? `${JSON.stringify(report, null, 2)}\n`
        : reportText(report, screenOf(io, values.quiet === true)),
    );
    return report.verdict === 'passed' ? 0 : 3;
  } catch (error) {
    io.err(errorText(error));
    // Whoever asks for an error's status here has no verdict at all.
    return error instanceof FiliationError && exitStatus(error) !== 1 ? 2 : 1;
  }
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        policy: { type: 'string' },
        seen: { type: 'string', multiple: true },
        'time-roots': { type: 'string', multiple: true },
        json: { type: 'boolean' },
        quiet: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new FiliationError('USAGE', cause instanceof Error ? cause.message : String(cause), {
      hint: 'see filiation-verify --help',
      cause,
    });
  }
}

function filesOf(values: ReturnType<typeof readWords>['values']): ReaderFiles {
  const { policy, seen, 'time-roots': timeRoots } = values;
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(seen === undefined ? {} : { seen }),
    ...(timeRoots === undefined ? {} : { timeRoots }),
  };
}

function screenOf({ columns, colour }: CommandLine, quiet: boolean): ReportTextOptions {
  return {
    quiet,
    width: Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns ?? 100)),
    ...(colour ? { paint: painted } : {}),
  };
}

/** Bold, red, green or yellow; the words say the same. */
export function painted(style: keyof typeof CODES, text: string): string {
  return `\u001b[${CODES[style]}m${text}\u001b[0m`;
}

function drawn(io: CommandLine): VerifyProgress {
  let last = '';
  return (step, done, total) => {
    const line = `checking ${step}: ${total === 0 ? 100 : Math.floor((100 * done) / total)} %`;
    if (line === last) return;
    last = line;
    io.err(`${CLEAR_LINE}${line}`);
  };
}

function errorText(error: unknown): string {
  if (!(error instanceof FiliationError))
    return `filiation-verify failed; this is a defect of ours.\n${error instanceof Error ? error.stack : String(error)}\n`;
  const hint = error.hint === undefined ? '' : `  ${printable(error.hint)}\n`;
  return `error: ${printable(error.message)}\n${hint}`;
}
