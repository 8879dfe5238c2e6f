/**
 * Names and reasons in a bundle are other people's text. Control characters can rewrite a terminal line,
 * bidirectional overrides and invisible characters can make one name look like another: they are shown by
 * their code point. Zero-width joiners stay, several scripts need them.
 */
const DECEPTIVE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be shown
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Surrogate}\u{e0000}-\u{e007f}]/gu;

/** One line of text that is safe to show in a terminal; a page escapes it besides. */
export function printable(text: string): string {
  return text
    .replace(/\r\n|[\r\n\t\u2028\u2029]/g, ' ')
    .replace(
      DECEPTIVE,
      (character) => `‹U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}›`,
    );
}
