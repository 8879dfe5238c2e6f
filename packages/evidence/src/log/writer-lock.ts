import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { FiliationError } from '@filiation/verify';
import type { LogFiles } from './log-files.ts';

/** Names of lock files start so; never part of a bundle. */
export const LOCK_PREFIX = '.writer.';
/** Two processes that try at the same instant both step back; each tries again so often. */
const ATTEMPTS = 5;
/** Milliseconds of the longest pause between attempts. */
const PAUSE_MS = 40;

/** Who holds a lock: enough to tell, on the same machine, whether that process still runs. */
export interface ProcessIdentity {
  /** Short digests of the host's name, its boot and its process-id space; `0` where not known. */
  readonly host: string;
  readonly boot: string;
  readonly space: string;
  readonly pid: number;
  /** The process's start in clock ticks since boot: a process id used again has another. */
  readonly start: string;
}

/** What the lock needs of the machine; tests give their own. */
export interface ProcessTable {
  readonly self: ProcessIdentity;
  /** False only where the process is certainly gone. */
  runs(holder: ProcessIdentity): boolean;
}

export interface WriterLock {
  release(): Promise<void>;
}

/**
 * Makes this process the one writer of a folder. Each contender first creates a file of its own, whose
 * name tells who it is, and only then looks for others: of two contenders at least one sees the other and
 * steps back, and a file left by a process that is gone can be removed without a race, since no name is
 * ever used twice.
 *
 * @throws FiliationError CONFLICT where another process holds the folder, WRITE_FAILED
 */
export async function lockForWriting(
  folder: string,
  files: LogFiles,
  table: ProcessTable = processTable,
): Promise<WriterLock> {
  for (let attempt = 1; ; attempt++) {
    const name = lockName(table.self);
    await files.writeSynced(join(folder, name), new Uint8Array());
    const release = () => files.remove(join(folder, name));
    const others: ProcessIdentity[] = [];
    try {
      for (const other of await files.list(folder)) {
        if (!other.startsWith(LOCK_PREFIX) || other === name) continue;
        const holder = parseLockName(other);
        if (holder === undefined || table.runs(holder)) others.push(holder ?? UNKNOWN);
        else await files.remove(join(folder, other));
      }
    } catch (cause) {
      await release().catch(() => undefined);
      throw cause;
    }
    const [holder] = others;
    if (holder === undefined) return { release };
    await release();
    if (attempt === ATTEMPTS) throw conflict(folder, holder, table.self);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE_MS));
  }
}

const UNKNOWN: ProcessIdentity = { host: '0', boot: '0', space: '0', pid: 0, start: '0' };

function conflict(folder: string, holder: ProcessIdentity, self: ProcessIdentity): FiliationError {
  const here = holder.host === self.host && holder.space === self.space;
  const who = holder.pid === 0 ? 'something' : `process ${holder.pid}${here ? '' : ' of another machine'}`;
  return new FiliationError('CONFLICT', `${who} is writing in ${folder}`, {
    where: folder,
    hint: here
      ? 'wait until it has ended, then try again'
      : `wait until it has ended; if it is certainly gone, remove the ${LOCK_PREFIX}* files in that folder`,
  });
}

function lockName({ host, boot, space, pid, start }: ProcessIdentity): string {
  return `${LOCK_PREFIX}${host}.${boot}.${space}.${pid}.${start}.${randomBytes(6).toString('hex')}`;
}

function parseLockName(name: string): ProcessIdentity | undefined {
  const [host, boot, space, pid, start, ...rest] = name.slice(LOCK_PREFIX.length).split('.');
  if (host === undefined || boot === undefined || space === undefined || start === undefined) return;
  if (rest.length !== 1 || !/^\d{1,10}$/.test(pid ?? '')) return;
  return { host, boot, space, pid: Number(pid), start };
}

/** Process table of this machine, from `/proc` where there is one. */
export const processTable: ProcessTable = {
  self: {
    host: shortDigest(hostname()),
    boot: shortDigest(readText('/proc/sys/kernel/random/boot_id')),
    space: shortDigest(readLink('/proc/self/ns/pid')),
    pid: process.pid,
    start: startOf(process.pid),
  },
  runs(holder) {
    const self = processTable.self;
    if (holder.host !== self.host) return true;
    if (holder.boot !== self.boot) return false;
    if (holder.space !== self.space) return true;
    try {
      process.kill(holder.pid, 0);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return false;
    }
    return startOf(holder.pid) === holder.start;
  },
};

/** Field 22 of /proc/PID/stat, or `ended` for a process that only waits to be collected by its parent.
 *  The name in field 2 may itself hold spaces and parentheses. */
function startOf(pid: number): string {
  const text = readText(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : (fields[19] ?? '0');
}

function shortDigest(text: string): string {
  return text === '' ? '0' : createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
