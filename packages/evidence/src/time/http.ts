import { FiliationError } from '@filiation/verify';

export interface Talk<T> {
  /** With whom, for messages. */
  readonly who: string;
  readonly host: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Everything that may wait for the network, stopped by the signal that it is given. */
  readonly work: (signal: AbortSignal) => Promise<T>;
}

/** Runs one exchange to its end or its deadline. @throws FiliationError UNREACHABLE, INTERRUPTED */
export async function talk<T>({ who, host, timeoutMs, signal, work }: Talk<T>): Promise<T> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await work(signal === undefined ? deadline : AbortSignal.any([deadline, signal]));
  } catch (cause) {
    if (cause instanceof FiliationError) throw cause;
    if (signal?.aborted === true)
      throw new FiliationError('INTERRUPTED', `asking ${who} was stopped`, { where: who });
    if (deadline.aborted) throw unreachable(who, `${host} gave no answer within ${timeoutMs / 1000} s`);
    throw unreachable(who, `cannot talk to ${host}: ${networkReason(cause)}`);
  }
}

/** Anything but status 200 is refused, redirections too: addresses are a matter of configuration. */
export async function refuseStatus(response: Response, who: string): Promise<void> {
  const { status } = response;
  if (status === 200) return;
  await response.body?.cancel();
  throw status >= 300 && status < 400
    ? unreachable(who, `answers with a redirection (HTTP ${status}), which is not followed`)
    : unreachable(who, `answers with HTTP status ${status}`);
}

/** @throws FiliationError LIMIT_EXCEEDED as soon as more than `limit` bytes have come. */
export async function readBody(response: Response, limit: number, who: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > limit)
      throw new FiliationError('LIMIT_EXCEEDED', `${who}: an answer above ${limit} bytes`, { where: who });
    pieces.push(piece);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return body;
}

export function unreachable(who: string, what: string): FiliationError {
  return new FiliationError('UNREACHABLE', `${who}: ${what}`, {
    where: who,
    hint: 'check the address, or have the exchange done on another machine and bring the file',
  });
}

/** The system's code (`ECONNREFUSED`); other messages could repeat a header, which may be a secret. */
function networkReason(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth++)
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return 'the connection failed';
}
