import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FiliationError, writeWholeFile } from '@filiation/evidence';
import { BROWSER_VARIABLE, findBrowser } from './find-browser.ts';

/** Longest time for one document, milliseconds: a report of thousands of findings takes about a minute. */
const TIME_LIMIT = 180_000;
/** Longest complaint of the browser that is kept, in characters. */
const MAX_COMPLAINT = 4_000;

export interface PdfOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly timeLimitMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Prints a self-contained HTML page to a PDF file through a Chromium that is installed on this machine.
 * The browser runs without a profile of the user, without network use by the page (which may load
 * nothing), and writes to a temporary folder; the file appears whole or not at all. Dates that the
 * browser writes into the file are replaced by `createdAt`, so that one browser gives the same bytes.
 *
 * @throws FiliationError UNSUPPORTED (no browser, or it cannot print), INTERRUPTED, WRITE_FAILED
 */
export async function printPdf(
  html: string,
  path: string,
  createdAt: string,
  options: PdfOptions = {},
): Promise<void> {
  const browser = await findBrowser(options.environment ?? process.env);
  if (browser === undefined)
    throw new FiliationError('UNSUPPORTED', 'no Chromium was found to make a PDF with', {
      hint: `install Chromium (Debian: apt-get install chromium), set ${BROWSER_VARIABLE} to its path, or open the HTML report in a browser and print it`,
    });
  const folder = await mkdtemp(join(tmpdir(), 'filiation-pdf-'));
  try {
    const page = join(folder, 'report.html');
    const output = join(folder, 'report.pdf');
    await writeFile(page, html);
    await runBrowser(browser, printArguments(folder, page, output), options);
    const bytes = await readFile(output).catch((cause) => {
      throw new FiliationError('UNSUPPORTED', `${browser} printed no PDF`, {
        hint: HINT,
        where: path,
        cause,
      });
    });
    if (bytes.subarray(0, 5).toString('latin1') !== '%PDF-')
      throw new FiliationError('UNSUPPORTED', `${browser} wrote something that is no PDF`, { hint: HINT });
    await writeWholeFile(path, withDates(bytes, createdAt));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

const HINT = 'open the HTML report in a browser and print it from there';

function printArguments(folder: string, page: string, output: string): string[] {
  return [
    '--headless',
    '--disable-gpu',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
    '--no-pings',
    '--no-pdf-header-footer',
    // The system's root user has no sandbox to give; the page may load nothing and runs one known script.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    `--user-data-dir=${join(folder, 'profile')}`,
    `--print-to-pdf=${output}`,
    pathToFileURL(page).href,
  ];
}

async function runBrowser(browser: string, args: readonly string[], options: PdfOptions): Promise<void> {
  const { signal, timeLimitMs = TIME_LIMIT } = options;
  if (isAborted(signal)) throw interrupted();
  // A group of its own, so that its helper processes end with it.
  const child = spawn(browser, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => {
    if (complaint.length < MAX_COMPLAINT) complaint += data.toString('utf8');
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child.pid);
  }, timeLimitMs);
  const stop = (): void => endGroup(child.pid);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (isAborted(signal)) throw interrupted();
    if (late)
      throw new FiliationError('UNSUPPORTED', `${browser} printed nothing within ${timeLimitMs / 1000} s`, {
        hint: HINT,
      });
    if (status !== 0)
      throw new FiliationError(
        'UNSUPPORTED',
        `${browser} could not print: ${lastLine(complaint) || `status ${status}`}`,
        { hint: HINT },
      );
  } catch (cause) {
    if (cause instanceof FiliationError) throw cause;
    throw new FiliationError('UNSUPPORTED', `${browser} could not be started`, { hint: HINT, cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function endGroup(id: number | undefined): void {
  if (id === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? id : -id, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function interrupted(): FiliationError {
  return new FiliationError('INTERRUPTED', 'printing was interrupted; no PDF was written', {
    hint: 'run it again',
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
}

/** Replaces the two dates in a PDF's information dictionary by one of equal length, byte for byte. */
function withDates(bytes: Uint8Array, createdAt: string): Uint8Array {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})/.exec(createdAt);
  if (match === null) return bytes;
  const stamp = match.slice(1).join('');
  const text = Buffer.from(bytes).toString('latin1');
  const dated = text.replace(
    /\/(CreationDate|ModDate) \(D:\d{14}([+-]\d{2}'\d{2}')\)/g,
    (_, name: string) => `/${name} (D:${stamp}+00'00')`,
  );
  return Buffer.from(dated, 'latin1');
}
