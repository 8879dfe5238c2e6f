import { FiliationError } from '@filiation/evidence';

/** Little-endian access to bytes. */
export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function asText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

export function malformedZip(where: string, message: string, cause?: unknown): FiliationError {
  const hint = 'The file is damaged or was altered: get it again from its source.';
  return new FiliationError('MALFORMED', `${where}: ${message}`, { where, hint, cause });
}
