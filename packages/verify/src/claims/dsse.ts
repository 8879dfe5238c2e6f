import { base64Of, bytesFromBase64 } from '../base64.ts';
import { concatBytes, utf8Bytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import { canonicalBytes } from '../json/canonical.ts';
import { parseCanonicalJson } from '../json/parse-canonical.ts';
import type { JsonValue } from '../json.ts';
import { list, object, text } from '../schema/parts.ts';
import { type Schema, schemaFaults } from '../schema/schema.ts';
import { type Envelope, STATEMENT_PAYLOAD_TYPE, STATEMENT_TYPE, type Statement } from './envelope.ts';

/** Bytes of an envelope: what one entry of a tiled log can hold. */
export const MAX_ENVELOPE_BYTES = 65_535;
const MAX_SUBJECTS = 400;

const envelopeSchema: Schema = object({
  payload: text(MAX_ENVELOPE_BYTES),
  payloadType: { const: STATEMENT_PAYLOAD_TYPE },
  signatures: list(
    object({ keyid: text(400), sig: { type: 'string', pattern: '^[A-Za-z0-9+/]{86}==$' } }),
    1,
    1,
  ),
});

const statementSchema: Schema = object({
  _type: { const: STATEMENT_TYPE },
  subject: list(
    object({
      name: text(400),
      digest: object({ sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' } }),
    }),
    1,
    MAX_SUBJECTS,
  ),
  predicateType: text(200),
  predicate: { type: 'object', additionalProperties: true },
});

/** DSSE 1.0.2 pre-authentication encoding: the bytes that are signed. */
export function preAuthEncoding(payloadType: string, body: Uint8Array): Uint8Array {
  const type = utf8Bytes(payloadType);
  const head = utf8Bytes(`DSSEv1 ${type.length} `);
  return concatBytes(head, type, utf8Bytes(` ${body.length} `), body);
}

/** What is signed for a statement. */
export function statementMessage(statement: Statement): Uint8Array {
  return preAuthEncoding(STATEMENT_PAYLOAD_TYPE, statementBytes(statement));
}

/**
 * Bytes of the envelope, RFC 8785.
 * @param keyid the verifier key of the signer, as in signed notes
 * @param signature 64 bytes, Ed25519 over `statementMessage`
 * @throws FiliationError LIMIT_EXCEEDED where it does not fit one log entry
 */
export function envelopeBytes(statement: Statement, keyid: string, signature: Uint8Array): Uint8Array {
  const bytes = canonicalBytes({
    payload: base64Of(statementBytes(statement)),
    payloadType: STATEMENT_PAYLOAD_TYPE,
    signatures: [{ keyid, sig: base64Of(signature) }],
  });
  if (bytes.length > MAX_ENVELOPE_BYTES)
    throw new FiliationError(
      'LIMIT_EXCEEDED',
      `the claim takes ${bytes.length} bytes, one log entry holds ${MAX_ENVELOPE_BYTES}`,
      {
        hint: 'name fewer subjects, or move long text into a document',
      },
    );
  return bytes;
}

export interface ReadEnvelope {
  readonly statement: Statement;
  readonly keyid: string;
  /** 64 bytes. */
  readonly signature: Uint8Array;
  /** The bytes the signature is over, taken from the payload as it stands. */
  readonly message: Uint8Array;
}

/**
 * Reads an envelope in the one form that Filiation writes: closed objects, RFC 8785 bytes outside and
 * inside, one signature. The signature is not checked here.
 * @throws FiliationError MALFORMED, LIMIT_EXCEEDED
 */
export function readEnvelope(bytes: Uint8Array): ReadEnvelope {
  const envelope = read('the envelope', envelopeSchema, bytes) as unknown as Envelope;
  const payload = bytesFromBase64(envelope.payload);
  const statement = read('the statement', statementSchema, payload) as unknown as Statement;
  return {
    statement,
    keyid: envelope.signatures[0].keyid,
    signature: bytesFromBase64(envelope.signatures[0].sig),
    message: preAuthEncoding(envelope.payloadType, payload),
  };
}

function read(where: string, schema: Schema, bytes: Uint8Array): JsonValue {
  const { value, canonical } = parseCanonicalJson(bytes, { limit: MAX_ENVELOPE_BYTES, where });
  const [fault] = schemaFaults(schema, value);
  if (fault !== undefined)
    throw new FiliationError('MALFORMED', `${where} at ${fault.pointer} ${fault.message}`);
  if (!canonical) throw new FiliationError('MALFORMED', `${where} is not in canonical form (RFC 8785)`);
  return value;
}

function statementBytes(statement: Statement): Uint8Array {
  return canonicalBytes(statement as unknown as Parameters<typeof canonicalBytes>[0]);
}
