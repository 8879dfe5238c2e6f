import { styleText } from 'node:util';

export type Paint = (style: 'bold' | 'dim' | 'accent' | 'contrast', text: string) => string;

const STYLES = { bold: 'bold', dim: 'dim', accent: 'blue', contrast: 'yellow' } as const;

/** Colour where asked, plain text otherwise: meaning never hangs on it. */
export function painter(colour: boolean): Paint {
  return colour
    ? (style, text) => styleText(STYLES[style], text, { validateStream: false })
    : (_, text) => text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour sequence
const COLOUR_SEQUENCE = /\u001b\[[0-9;]*m/g;

/** Columns a text takes: colour sequences take none, wide East Asian characters and emoji two. */
export function columns(text: string): number {
  let count = 0;
  for (const character of text.replace(COLOUR_SEQUENCE, ''))
    count +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
        character,
      )
        ? 2
        : /\p{Mn}/u.test(character)
          ? 0
          : 1;
  return count;
}

/** Breaks a text at spaces into lines of at most `width` columns, `most` lines in all; what does not
 *  fit is marked by an ellipsis. Words longer than a line are cut. */
export function wrapped(text: string, width: number, most: number): string[] {
  // Text that fits keeps its own spacing.
  if (columns(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/).flatMap((each) => cut(each, width - 2))) {
    if (line !== '' && columns(line) + 1 + columns(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  if (lines.length <= most) return lines;
  let last = lines[most - 1] ?? '';
  while (columns(last) + 2 > width)
    last = last.includes(' ') ? last.slice(0, last.lastIndexOf(' ')) : last.slice(0, -1);
  return [...lines.slice(0, most - 1), `${last} …`];
}

function cut(word: string, width: number): string[] {
  if (columns(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (columns(piece) + columns(character) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}
