import { FiliationError } from '@filiation/verify';

const SHOWN = '[secret]';
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * Bytes that must never be printed: text, JSON and inspection show `[secret]`. Wiping is best effort:
 * the runtime may have moved the bytes, and text that came from the environment stays where it was.
 */
export class Secret {
  #bytes: Uint8Array | undefined;

  static {
    Object.defineProperty(Secret.prototype, INSPECT, { value: () => SHOWN });
  }

  /** Takes the bytes over; the caller keeps no copy. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** UTF-8 of the text in normalisation form C, so that every keyboard types the same passphrase. */
  static ofText(text: string): Secret {
    return new Secret(new TextEncoder().encode(text.normalize('NFC')));
  }

  /** Bytes. */
  get length(): number {
    return this.#bytes?.length ?? 0;
  }

  /** Hands the bytes to `work`, which must not keep them.
   *  @throws FiliationError INTERNAL once wiped. */
  use<T>(work: (bytes: Uint8Array) => T): T {
    if (this.#bytes === undefined) throw new FiliationError('INTERNAL', 'a wiped secret was used again');
    return work(this.#bytes);
  }

  wipe(): void {
    this.#bytes?.fill(0);
    this.#bytes = undefined;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }
}

/** Names of environment variables that hold secrets. */
export const PASSPHRASE_VARIABLE = 'FILIATION_PASSPHRASE';
export const KEY_VARIABLE = 'FILIATION_KEY';

/** The environment for a program started by us: without our secrets. */
export function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const rest = { ...environment };
  delete rest[PASSPHRASE_VARIABLE];
  delete rest[KEY_VARIABLE];
  return rest;
}
