import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FiliationError } from '@filiation/verify';
import { makeFolder, systemReason } from '../io/write-file.ts';

/** Bytes gathered before they go to the disk. */
const BUFFER_BYTES = 2 ** 20;

/**
 * A large file that is appended to piece by piece under a temporary name and is there whole, under its
 * own, once it is finished. Every method throws FiliationError WRITE_FAILED; `abandon` never throws.
 */
export class WholeFile {
  readonly #out: string;
  readonly #target: string;
  readonly #temporary: string;
  readonly #buffer: Uint8Array = new Uint8Array(BUFFER_BYTES);
  #file: FileHandle | undefined;
  #filled = 0;
  #written = 0;

  constructor(out: string) {
    this.#out = out;
    this.#target = resolve(out);
    this.#temporary = `${this.#target}.${randomBytes(6).toString('hex')}.tmp`;
  }

  /** Bytes appended so far. */
  get length(): number {
    return this.#written + this.#filled;
  }

  async open(): Promise<void> {
    await this.#writing(async () => {
      await makeFolder(dirname(this.#target));
      this.#file = await open(this.#temporary, 'wx');
    });
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (bytes.length > BUFFER_BYTES - this.#filled) await this.#flush();
    if (bytes.length > BUFFER_BYTES) {
      await this.#write(bytes, this.#written);
      this.#written += bytes.length;
      return;
    }
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /** Overwrites bytes that were appended before. */
  async patch(bytes: Uint8Array, at: number): Promise<void> {
    if (at >= this.#written) {
      this.#buffer.set(bytes, at - this.#written);
      return;
    }
    await this.#flush();
    await this.#write(bytes, at);
  }

  async finish(): Promise<void> {
    await this.#flush();
    await this.#writing(async () => {
      await this.#file?.sync();
      await this.#file?.close();
      this.#file = undefined;
      await rename(this.#temporary, this.#target);
    });
    await syncFolder(dirname(this.#target));
  }

  async abandon(): Promise<void> {
    await this.#file?.close().catch(() => undefined);
    await rm(this.#temporary, { force: true }).catch(() => undefined);
  }

  async #flush(): Promise<void> {
    await this.#write(this.#buffer.subarray(0, this.#filled), this.#written);
    this.#written += this.#filled;
    this.#filled = 0;
  }

  async #write(bytes: Uint8Array, at: number): Promise<void> {
    await this.#writing(async () => {
      for (let done = 0; done < bytes.length; )
        done += (await this.#file!.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
    });
  }

  async #writing(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (cause) {
      throw new FiliationError('WRITE_FAILED', `cannot write ${this.#out}: ${systemReason(cause)}`, {
        where: this.#out,
        hint: 'choose another place, or free space and check permissions',
        cause,
      });
    }
  }
}

/** Makes the rename durable; systems that cannot open folders do without. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
