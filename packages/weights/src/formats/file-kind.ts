/** Bytes from the start of a file that `fileKind` looks at. */
export const KIND_HEAD_BYTES = 512;

export type FileKind =
  | 'safetensors'
  | 'gguf'
  | 'zip'
  | 'pickle'
  | 'tar'
  | 'hdf5'
  | 'old-ggml'
  | 'lfs-pointer'
  | 'empty'
  | 'unknown';

/** Reversed magic words of the formats that came before GGUF. */
const OLD_GGML = ['lmgg', 'fmgg', 'tjgg', 'algg'];

/** What the first bytes of a file say it is; names and extensions do not count. */
export function fileKind(head: Uint8Array): FileKind {
  if (head.length === 0) return 'empty';
  const text = new TextDecoder('latin1').decode(head);
  if (text.startsWith('GGUF')) return 'gguf';
  if (text.startsWith('PK\x03\x04')) return 'zip';
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5) return 'pickle';
  if (text.startsWith('\x89HDF\r\n')) return 'hdf5';
  if (OLD_GGML.includes(text.slice(0, 4))) return 'old-ggml';
  if (text.startsWith('version https://git-lfs')) return 'lfs-pointer';
  if (text.slice(257, 262) === 'ustar') return 'tar';
  // A safetensors file begins with the header's length, below 2^32 in every file, and the header with {.
  if (text.slice(4, 9) === '\0\0\0\0{') return 'safetensors';
  return 'unknown';
}
