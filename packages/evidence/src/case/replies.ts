import { type JsonObject, nextNumber, type ReplyClaim, type ReplyDocument } from '@filiation/verify';
import { type Actor, type CaseFolder, draft } from './case-folder.ts';
import { prepareDocument, readDocument } from './documents.ts';

export interface ReplyInput {
  /** Number of what is answered. */
  readonly to: string;
  readonly position: ReplyClaim['position'];
  /** One line for tables. */
  readonly ground: string;
  /** The whole answer; the ground where absent. */
  readonly text?: string;
}

/** Logs a party's answer. Returns its number. */
export async function registerReply(
  of: CaseFolder,
  actor: Actor,
  input: ReplyInput,
  now: () => Date,
): Promise<string> {
  const reply = nextNumber(of.state, 'Y');
  const document: ReplyDocument = {
    schema: 'filiation.reply/1',
    case: of.settings.case,
    reply,
    to: input.to,
    author: actor.party,
    position: input.position,
    text: input.text ?? input.ground,
    at: `${now().toISOString().slice(0, 19)}Z`,
  };
  const kept = prepareDocument(of.folder, 'replies', document as unknown as JsonObject);
  await of.add(
    actor,
    [draft('reply', [kept.subject], { reply, to: input.to, position: input.position, ground: input.ground })],
    kept.store,
  );
  return reply;
}

export async function replyOf(of: CaseFolder, number: string): Promise<ReplyDocument> {
  const record = of.state.replies.get(number)!;
  return (await readDocument(of.folder, 'replies', record.sha256)) as unknown as ReplyDocument;
}
