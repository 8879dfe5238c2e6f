import type { JsonObject } from '../json.ts';

/** DSSE payload type of every claim. */
export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json';
/** in-toto Statement v1. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** Predicate types are `urn:filiation:claim:NAME:v1`. */
export const PREDICATE_PREFIX = 'urn:filiation:claim:';

/**
 * DSSE 1.0.2 envelope as Filiation writes it: exactly these members, RFC 8785 bytes, standard base64
 * with padding, one signature. One log entry is the bytes of one envelope, at most 65,535.
 */
export interface Envelope {
  /** Base64 of the RFC 8785 bytes of a Statement. */
  readonly payload: string;
  readonly payloadType: typeof STATEMENT_PAYLOAD_TYPE;
  readonly signatures: readonly [{ readonly keyid: string; readonly sig: string }];
}

/** in-toto ResourceDescriptor, as far as Filiation uses it. */
export interface ResourceDescriptor {
  readonly name: string;
  readonly digest: {
    /** 64 lower-case hex digits. */
    readonly sha256: string;
  };
}

/** in-toto Statement v1 with at least one subject. */
export interface Statement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly ResourceDescriptor[];
  readonly predicateType: string;
  readonly predicate: JsonObject;
}
