/**
 * Model names, notes and metadata come from other people's files. Control characters can rewrite a
 * terminal line, and bidirectional overrides and invisible characters can make one name look like
 * another, so they are shown by their code point instead of taking effect. Zero-width joiners stay:
 * emoji and several scripts need them.
 */
const DECEPTIVE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be shown
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Surrogate}\u{e0000}-\u{e007f}]/gu;

/** One line of text that is safe to show in a terminal or a page; escaping for HTML is separate. */
export function printable(text: string): string {
  return text.replace(/\r\n|[\r\n\t\u2028\u2029]/g, ' ').replace(DECEPTIVE, codePoint);
}

function codePoint(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `‹U+${code}›`;
}

/** Keeps the beginning and the end of a long text: model names differ at either. `width` >= 3 counts
 *  code points. */
export function shorten(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  const tail = Math.floor((width - 1) / 3);
  return `${characters.slice(0, width - 1 - tail).join('')}…${tail === 0 ? '' : characters.slice(-tail).join('')}`;
}
