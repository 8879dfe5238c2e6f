import { DER, type DerValue, malformed } from './reader.ts';

/** Longest piece of outside text that is shown, characters. */
const MAX_SHOWN = 200;

/** Text of a string value, or nothing where the value is no string. */
export function readText(value: DerValue): string | undefined {
  const { identifier, content } = value;
  if (identifier === DER.utf8String) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    } catch {
      throw malformed(value, 'text that is not UTF-8');
    }
  }
  if (identifier === DER.bmpString) {
    if (content.length % 2 !== 0) throw malformed(value, 'half a character');
    let text = '';
    for (let at = 0; at < content.length; at += 2)
      text += String.fromCharCode(content[at]! * 256 + content[at + 1]!);
    return text;
  }
  const ascii =
    identifier === DER.printableString ||
    identifier === DER.ia5String ||
    identifier === DER.visibleString ||
    identifier === DER.numericString;
  if (!ascii && identifier !== DER.teletexString) return undefined;
  if (ascii && content.some((byte) => byte > 0x7f)) throw malformed(value, 'text that is not ASCII');
  return Array.from(content, (byte) => String.fromCharCode(byte)).join('');
}

/** Control characters and those that turn or hide the text around them. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Outside text as it may stand in a message or a report: escaped and shortened. */
export function shown(text: string): string {
  const short = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return short.replace(
    UNPRINTABLE,
    (character) => `\\u{${character.codePointAt(0)!.toString(16).padStart(4, '0')}}`,
  );
}
