import { openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { FiliationError } from '@filiation/verify';
import type { AskSecret } from './passphrase.ts';
import { Secret } from './secret.ts';

/** Characters typed. */
const MAX_TYPED = 1_024;
const LINE_ENDS = ['\r', '\n'];
/** Control-C and Control-D. */
const CONTROLS_THAT_END = ['\u0003', '\u0004'];
const BACKSPACE = ['\u007f', '\b'];

/** A terminal that can be told not to show what is typed. */
export interface SecretTerminal {
  readonly input: NodeJS.ReadableStream & { setRawMode(raw: boolean): unknown };
  readonly output: { write(text: string): unknown };
  close(): void;
}

/**
 * Asks at a terminal without showing what is typed: Enter ends, Backspace takes back, Control-C gives up.
 * The terminal is put back as it was whatever happens.
 */
export function askAt(open: () => SecretTerminal): AskSecret {
  return async (question) => {
    const terminal = open();
    try {
      return await typed(terminal, question);
    } finally {
      terminal.close();
    }
  };
}

function typed({ input, output }: SecretTerminal, question: string): Promise<Secret> {
  return new Promise((resolve, reject) => {
    const characters: string[] = [];
    const finish = (end: () => void): void => {
      input.removeListener('data', onData);
      input.removeListener('end', onEnd);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      end();
      characters.fill('');
    };
    const giveUp = (): void =>
      finish(() =>
        reject(
          new FiliationError('INTERRUPTED', 'no passphrase was given', { hint: 'run the command again' }),
        ),
      );
    const onEnd = giveUp;
    const onData = (piece: Buffer | string): void => {
      for (const character of String(piece)) {
        if (LINE_ENDS.includes(character)) {
          finish(() => resolve(Secret.ofText(characters.join(''))));
          return;
        }
        if (CONTROLS_THAT_END.includes(character)) {
          giveUp();
          return;
        }
        if (BACKSPACE.includes(character)) characters.pop();
        else if (characters.length < MAX_TYPED) characters.push(character);
      }
    };
    // Raw before the question is shown: what is typed early must not be echoed.
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', onData);
    input.once('end', onEnd);
    input.resume();
    output.write(question);
  });
}

/** The terminal this process runs in, even where standard input is a pipe; undefined where there is none. */
export function ownTerminal(): AskSecret | undefined {
  if (process.platform === 'win32') {
    const { stdin, stderr } = process;
    if (stdin.isTTY !== true) return undefined;
    return askAt(() => ({ input: stdin, output: stderr, close: () => undefined }));
  }
  const open = (): SecretTerminal => {
    const input = new ReadStream(openSync('/dev/tty', 'r'));
    const output = new WriteStream(openSync('/dev/tty', 'w'));
    return {
      input,
      output,
      close: () => {
        input.destroy();
        output.end();
      },
    };
  };
  try {
    open().close();
  } catch {
    return undefined;
  }
  return askAt(open);
}
