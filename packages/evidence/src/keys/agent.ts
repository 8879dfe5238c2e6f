import { spawn } from 'node:child_process';
import { FiliationError } from '@filiation/verify';
import { systemReason } from '../io/write-file.ts';
import { registerKey } from './register-key.ts';
import { withoutSecrets } from './secret.ts';
import { checked, type Signer } from './signer.ts';

/** Bytes of an agent's answer; real ones have about 110. */
const MAX_ANSWER_BYTES = 4_096;
/** Milliseconds: an agent may have to wait for a person to touch a token. */
const DEFAULT_TIMEOUT = 120_000;

export interface AgentOptions {
  /** Program and its arguments; started as it is, never through a shell. */
  readonly command: readonly string[];
  /** Verifier key that the agent signs for. */
  readonly vkey: string;
  /** Milliseconds until the agent is ended. */
  readonly timeout?: number;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Signer that asks a program of the user's own (a hardware token, a key management service). For each
 * signature the program is started once, gets one line of JSON on its standard input,
 * `{"schema":"filiation.sign-request/1","vkey":…,"message":BASE64}`, and answers on its standard output
 * with `{"signature":BASE64}`. Its standard error goes to ours. It never sees our secrets.
 *
 * The command starts a program, so it must come from the user who runs this (environment, command line),
 * never from a case folder, which another party may have written.
 *
 * @throws FiliationError BAD_CONFIG for an empty command; MALFORMED for a bad verifier key
 */
export function agentSigner(options: AgentOptions): Signer {
  if (options.command.length === 0 || options.command[0] === '')
    throw new FiliationError('BAD_CONFIG', 'the key agent has no command', {
      hint: 'name a program and its arguments as a JSON array',
    });
  const { name } = registerKey(options.vkey);
  return {
    name,
    vkey: options.vkey,
    async sign(message) {
      const request = {
        schema: 'filiation.sign-request/1',
        vkey: options.vkey,
        message: Buffer.from(message).toString('base64'),
      };
      const answer = await ask(options, `${JSON.stringify(request)}\n`);
      return checked(options.vkey, message, parseAnswer(answer));
    },
  };
}

function ask(options: AgentOptions, request: string): Promise<Buffer> {
  const [program, ...rest] = options.command as [string, ...string[]];
  const timeout = options.timeout ?? DEFAULT_TIMEOUT;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      stdio: ['pipe', 'pipe', 'inherit'],
      shell: false,
      env: withoutSecrets(options.environment ?? process.env),
    });
    const pieces: Buffer[] = [];
    let length = 0;
    const refuse = (reason: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      child.stdout.destroy();
      reject(agentError(reason));
    };
    const timer = setTimeout(() => refuse(`gave no answer within ${timeout} ms`), timeout);
    child.once('error', (cause) => refuse(`cannot be started: ${systemReason(cause)}`));
    // An agent that ends without reading closes the pipe; its exit status says the rest.
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > MAX_ANSWER_BYTES) refuse(`answered more than ${MAX_ANSWER_BYTES} bytes`);
      else pieces.push(piece);
    });
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      if (status === 0) resolve(Buffer.concat(pieces));
      else refuse(signal === null ? `ended with status ${status}` : `was ended by ${signal}`);
    });
    child.stdin.end(request);
  });
}

function parseAnswer(answer: Buffer): Uint8Array {
  let value: unknown;
  try {
    value = JSON.parse(answer.toString('utf8'));
  } catch {
    // No cause: the parser's message would quote what an agent printed.
    throw agentError('did not answer with JSON');
  }
  const text =
    typeof value === 'object' && value !== null ? (value as { signature?: unknown }).signature : undefined;
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
  if (bytes?.length !== 64 || bytes.toString('base64') !== text)
    throw agentError('did not answer with {"signature": base64 of 64 bytes}');
  return Uint8Array.from(bytes);
}

function agentError(reason: string): FiliationError {
  return new FiliationError('UNREACHABLE', `the key agent ${reason}`, {
    hint: 'run the agent by hand with the request described in docs/keys.md',
  });
}
