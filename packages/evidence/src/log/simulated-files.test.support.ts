import { dirname } from 'node:path/posix';
import type { LogFiles } from './log-files.ts';

/** A file: what processes see, and what is on the disk since its last sync. */
interface SimulatedFile {
  readonly kind: 'file';
  live: Uint8Array;
  durable: Uint8Array | undefined;
}

interface SimulatedFolder {
  readonly kind: 'folder';
  live: Map<string, SimulatedNode>;
  durable: Map<string, SimulatedNode>;
}

type SimulatedNode = SimulatedFile | SimulatedFolder;

/** What happens at one step: nothing more ever (`crash`), or an operating system error once. */
export type Fault = { readonly at: number; readonly kind: 'crash' | 'ENOSPC' | 'EACCES' | 'EIO' };

/** How the machine went down: the process alone, or the power, with unsynced changes dropped or shuffled. */
export type Loss = 'process killed' | 'all unsynced lost' | 'some unsynced lost';

/**
 * A file system in memory that keeps apart what was synced and what was not. Every effect is one numbered
 * step; a fault strikes at a chosen one. Writing a file is four steps, so that a crash can leave it empty,
 * torn, or whole but unsynced.
 */
export class SimulatedDisk {
  readonly root: SimulatedFolder;
  #step = 0;
  #fault: Fault | undefined;
  #stopped = false;

  constructor(root: SimulatedFolder = emptyFolder()) {
    this.root = root;
  }

  get steps(): number {
    return this.#step;
  }

  arm(fault: Fault | undefined): void {
    this.#step = 0;
    this.#fault = fault;
  }

  /** The disk after the machine starts again; `random` decides what a partial loss keeps. */
  restart(loss: Loss, random: () => number): SimulatedDisk {
    return new SimulatedDisk(survivingFolder(this.root, loss, random));
  }

  readonly files: LogFiles = {
    read: (path) => {
      this.#mustRun();
      const node = this.#find(path);
      return Promise.resolve(node?.kind === 'file' ? node.live.slice() : undefined);
    },
    list: (folder) => {
      this.#mustRun();
      const node = this.#find(folder);
      if (node?.kind !== 'folder') return Promise.resolve([]);
      const names = [...node.live].map(([name, child]) => (child.kind === 'folder' ? `${name}/` : name));
      return Promise.resolve(names.sort());
    },
    makeFolder: async (folder) => {
      const changed: string[] = [];
      const parts = folder.split('/').filter((part) => part !== '');
      for (let i = 1; i <= parts.length; i++) {
        const path = `/${parts.slice(0, i).join('/')}`;
        if (this.#find(path) !== undefined) continue;
        this.#effect();
        this.#folder(dirname(path)).live.set(parts[i - 1]!, emptyFolder());
        changed.push(dirname(path));
      }
      return changed;
    },
    writeSynced: async (path, bytes) => {
      const folder = this.#folder(dirname(path));
      if (folder.live.has(nameOf(path))) throw systemError('EEXIST');
      this.#effect();
      const file: SimulatedFile = { kind: 'file', live: new Uint8Array(), durable: undefined };
      folder.live.set(nameOf(path), file);
      this.#effect();
      file.live = bytes.slice(0, bytes.length >> 1);
      this.#effect();
      file.live = bytes.slice();
      this.#effect();
      file.durable = file.live;
    },
    rename: async (from, to) => {
      const node = this.#find(from);
      if (node === undefined) throw systemError('ENOENT');
      this.#effect();
      this.#folder(dirname(from)).live.delete(nameOf(from));
      this.#folder(dirname(to)).live.set(nameOf(to), node);
    },
    syncFolder: async (folder) => {
      const node = this.#folder(folder);
      this.#effect();
      node.durable = new Map(node.live);
    },
    remove: async (path) => {
      const node = this.#find(path);
      if (node === undefined) return;
      if (node.kind === 'folder')
        for (const name of [...node.live.keys()]) await this.files.remove(`${path}/${name}`);
      this.#effect();
      this.#folder(dirname(path)).live.delete(nameOf(path));
    },
  };

  /** Every file's path and bytes as processes see them, sorted. */
  *everyFile(path = '', folder: SimulatedFolder = this.root): Generator<[string, Uint8Array]> {
    for (const [name, node] of [...folder.live].sort(([p], [q]) => (p < q ? -1 : 1))) {
      if (node.kind === 'file') yield [`${path}/${name}`, node.live];
      else yield* this.everyFile(`${path}/${name}`, node);
    }
  }

  #effect(): void {
    this.#mustRun();
    const fault = this.#fault;
    if (this.#step++ !== fault?.at) return;
    if (fault.kind !== 'crash') throw systemError(fault.kind);
    this.#stopped = true;
    this.#mustRun();
  }

  #mustRun(): void {
    if (this.#stopped) throw new Error('the simulated machine is off');
  }

  #find(path: string): SimulatedNode | undefined {
    let node: SimulatedNode | undefined = this.root;
    for (const part of path.split('/')) {
      if (part === '') continue;
      node = node?.kind === 'folder' ? node.live.get(part) : undefined;
    }
    return node;
  }

  #folder(path: string): SimulatedFolder {
    const node = this.#find(path);
    if (node?.kind !== 'folder') throw systemError('ENOENT');
    return node;
  }
}

function emptyFolder(): SimulatedFolder {
  return { kind: 'folder', live: new Map(), durable: new Map() };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function survivingFolder(folder: SimulatedFolder, loss: Loss, random: () => number): SimulatedFolder {
  const names = new Set([...folder.live.keys(), ...folder.durable.keys()]);
  const kept = new Map<string, SimulatedNode>();
  for (const name of names) {
    const useLive = loss === 'process killed' || (loss === 'some unsynced lost' && random() < 0.5);
    const node = (useLive ? folder.live : folder.durable).get(name);
    if (node === undefined) continue;
    kept.set(
      name,
      node.kind === 'file' ? survivingFile(node, loss, random) : survivingFolder(node, loss, random),
    );
  }
  return { kind: 'folder', live: kept, durable: new Map(kept) };
}

function survivingFile(file: SimulatedFile, loss: Loss, random: () => number): SimulatedFile {
  const bytes = loss === 'process killed' ? file.live : survivingBytes(file, loss, random);
  return { kind: 'file', live: bytes, durable: bytes };
}

function survivingBytes({ live, durable }: SimulatedFile, loss: Loss, random: () => number): Uint8Array {
  if (durable === live) return live;
  if (loss === 'all unsynced lost') return durable ?? new Uint8Array();
  const torn = live.slice(0, Math.floor(random() * (live.length + 1)));
  // The length can reach the disk before the bytes do.
  return random() < 0.5 ? torn : new Uint8Array(live.length);
}
