import { pathFault } from '../archive/member-path.ts';
import { compareText, utf8Bytes, utf8Text } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { quoted } from '../quoted.ts';

/** Bytes of a manifest: a million members with short paths. */
export const MAX_MANIFEST_BYTES: number = 128 * 2 ** 20;

export interface ManifestLine {
  readonly path: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

const LINE = /^([0-9a-f]{64}) {2}([^\r\n]+)$/;

/**
 * A BagIt manifest (RFC 8493, section 2.1.3) in the one form that bundles use, which `sha256sum -c`
 * reads: digest, two spaces, path, line feed; sorted by the bytes of the path.
 */
export function encodeManifest(lines: Iterable<ManifestLine>): Uint8Array {
  const sorted = [...lines].sort((left, right) => compareText(left.path, right.path));
  return utf8Bytes(sorted.map(({ path, sha256 }) => `${sha256}  ${escaped(path)}\n`).join(''));
}

/**
 * Reads a manifest; anything that `encodeManifest` would not have written is refused.
 * @throws FiliationError MALFORMED, UNSAFE (a path)
 */
export function parseManifest(bytes: Uint8Array, where: string): readonly ManifestLine[] {
  const text = utf8Text(bytes, where);
  if (text !== '' && !text.endsWith('\n')) throw fault('MALFORMED', where, 'does not end with a line feed');
  const lines: ManifestLine[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = parseLine(text.slice(start, end), where, lines.length + 1);
    const before = lines.at(-1);
    if (before !== undefined && compareText(before.path, line.path) >= 0)
      throw fault(
        'MALFORMED',
        where,
        `line ${lines.length + 1}: ${quoted(line.path)} is there twice or not in order`,
      );
    lines.push(line);
    start = end + 1;
  }
  return lines;
}

function parseLine(line: string, where: string, number: number): ManifestLine {
  const match = LINE.exec(line);
  if (match === null)
    throw fault(
      'MALFORMED',
      where,
      `line ${number} is not a SHA-256 digest in lower-case hex, two spaces and a path`,
    );
  const path = unescaped(match[2]!);
  if (path === undefined)
    throw fault(
      'MALFORMED',
      where,
      `line ${number} escapes what is not escaped in a manifest: ${quoted(match[2]!)}`,
    );
  const wrong = pathFault(path);
  if (wrong !== undefined) throw fault('UNSAFE', where, `line ${number}: the path ${quoted(path)} ${wrong}`);
  return { sha256: match[1]!, path };
}

/** RFC 8493: line feed, carriage return and percent sign, and only those, are percent-encoded. */
function escaped(path: string): string {
  return path.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function unescaped(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (/%(?!25|0A|0D)/.test(text)) return undefined;
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function fault(code: 'MALFORMED' | 'UNSAFE', where: string, message: string): FiliationError {
  return new FiliationError(code, `${where} ${message}`, {
    where,
    hint: 'It was altered or written by another program: get the bundle again from its source.',
  });
}
