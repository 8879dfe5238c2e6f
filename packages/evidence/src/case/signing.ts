import {
  type ClaimHeader,
  type ClaimName,
  type Claims,
  claimKeyId,
  envelopeBytes,
  hexOf,
  predicateType,
  type ResourceDescriptor,
  STATEMENT_TYPE,
  type Statement,
  statementMessage,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { Signer } from '../keys/signer.ts';

/** What a claim says besides its header. */
export type ClaimBody<N extends ClaimName> = Omit<Claims[N], keyof ClaimHeader>;

export interface ClaimFrame {
  readonly case: string;
  readonly actor: string;
  readonly at: Date;
  /** The log as the signer sees it. */
  readonly size: number;
  readonly root: Uint8Array;
}

/** A claim as one signed log entry: RFC 8785 bytes of its envelope. */
export async function signClaim<N extends ClaimName>(
  signer: Signer,
  frame: ClaimFrame,
  name: N,
  subject: readonly ResourceDescriptor[],
  body: ClaimBody<N>,
): Promise<Uint8Array> {
  const header: ClaimHeader = {
    case: frame.case,
    actor: frame.actor,
    at: `${frame.at.toISOString().slice(0, 19)}Z`,
    seen: { size: frame.size, root: hexOf(frame.root) },
  };
  const statement: Statement = {
    _type: STATEMENT_TYPE,
    subject,
    predicateType: predicateType(name),
    predicate: { ...header, ...body } as unknown as Statement['predicate'],
  };
  return envelopeBytes(
    statement,
    claimKeyId(nodePlatform, signer.vkey),
    await signer.sign(statementMessage(statement)),
  );
}
