/** Longest piece of outside text that a message repeats, characters. */
const MAX_QUOTED = 120;

/** Characters that would let a name rewrite the line it is printed on, and halves of pairs. */
const INVISIBLE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text from outside as it may stand in a message: quoted, escaped, shortened. */
export function quoted(text: string): string {
  const short = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
  return JSON.stringify(short).replace(
    INVISIBLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
