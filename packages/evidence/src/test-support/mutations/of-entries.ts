import {
  base64Of,
  bytesFromBase64,
  canonicalBytes,
  claimKeyId,
  type Envelope,
  type JsonObject,
  type JsonValue,
  parseJson,
  preAuthEncoding,
  STATEMENT_PAYLOAD_TYPE,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import type { Signer } from '../../keys/signer.ts';
import { entriesOf, type Files, type Mutation, pack, relist, relog, SEAL } from './bundle.ts';
import { jsonMutations } from './of-json.ts';

const LIMIT = 65_535;
const HEADER = /^\/(_type|predicateType|predicate\/(case|actor|at|seen.*))$/;

/**
 * Every entry of the log changed in each of its values, re-dated, signed otherwise, left out, doubled and
 * moved, by somebody who then writes tiles, root and lists anew and lacks keys alone.
 */
export async function* entryMutations(files: Files, signers: readonly Signer[]): AsyncIterable<Mutation> {
  const entries = entriesOf(files);
  for (const [at, entry] of entries.entries()) {
    const envelope = parseJson(entry, { limit: LIMIT }) as unknown as Envelope;
    for (const [kind, what, next] of changesOf(envelope, entries))
      yield forged(files, `entry: ${kind}`, `${at} ${what}`, entries.with(at, next), [named(at)]);
    for (const signer of signers.slice(at % 2, (at % 2) + 3)) {
      const next = await signedBy(signer, envelope);
      if (Buffer.compare(next, entry) !== 0)
        yield forged(files, "entry: signed with another party's key", `${at}`, entries.with(at, next), [
          named(at),
        ]);
    }
    yield* placesOf(files, entries, at);
  }
  yield* sealMutations(files);
}

function named(at: number): RegExp {
  return new RegExp(`\\bentry ${at}\\b`);
}

function forged(
  files: Files,
  kind: string,
  what: string,
  entries: readonly Uint8Array[],
  names: readonly (string | RegExp)[],
): Mutation {
  return {
    kind,
    what,
    archive: () => pack(relist(relog(files, entries, what.startsWith('1')))).bytes,
    names,
  };
}

function* changesOf(
  envelope: Envelope,
  entries: readonly Uint8Array[],
): Iterable<readonly [kind: string, what: string, entry: Uint8Array]> {
  const [{ keyid, sig }] = envelope.signatures;
  const rebuilt = (changes: Partial<Envelope>): Uint8Array =>
    canonicalBytes({ ...envelope, ...changes } as unknown as JsonObject);
  const statement = parseJson(bytesFromBase64(envelope.payload), { limit: LIMIT });
  const isFirst = Buffer.compare(canonicalBytes(envelope as unknown as JsonObject), entries[0]!) === 0;
  for (const { kind, place, next } of jsonMutations(statement)) {
    // The header has the same members everywhere.
    if (kind === 'member left out' && HEADER.test(place) && !isFirst) continue;
    yield [kind, place, rebuilt({ payload: base64Of(canonicalBytes(next as JsonValue)) })];
  }
  const signature = bytesFromBase64(sig);
  for (let at = 0; at < signature.length; at += 24) {
    const copy = signature.slice();
    copy[at]! ^= 1;
    yield [
      'bit of the signature flipped',
      `${at}`,
      rebuilt({ signatures: [{ keyid, sig: base64Of(copy) }] }),
    ];
  }
  yield ['signature left out', '', rebuilt({ signatures: [] as unknown as Envelope['signatures'] })];
  const others = entries.map(
    (entry) => (parseJson(entry, { limit: LIMIT }) as unknown as Envelope).signatures[0],
  );
  const [theirs] = others.filter((other) => other.keyid === keyid && other.sig !== sig);
  const [strange] = others.filter((other) => other.keyid !== keyid);
  if (theirs !== undefined) yield ["another entry's signature", '', rebuilt({ signatures: [theirs] })];
  yield ["another party's signature", '', rebuilt({ signatures: [strange!] })];
  yield ['signature under another key id', '', rebuilt({ signatures: [{ keyid: strange!.keyid, sig }] })];
  yield ['payload type changed', '', rebuilt({ payloadType: 'text/plain' as typeof STATEMENT_PAYLOAD_TYPE })];
  yield ['space added', '', new Uint8Array([...rebuilt({}), 0x20])];
  yield ['emptied', '', new Uint8Array(0)];
}

async function signedBy(signer: Signer, { payload }: Envelope): Promise<Uint8Array> {
  const signature = await signer.sign(preAuthEncoding(STATEMENT_PAYLOAD_TYPE, bytesFromBase64(payload)));
  const keyid = claimKeyId(nodePlatform, signer.vkey);
  const signatures = [{ keyid, sig: base64Of(signature) }];
  return canonicalBytes({ payload, payloadType: STATEMENT_PAYLOAD_TYPE, signatures });
}

/** Left out, doubled, moved: the entries from the first changed place on are named, as the log ends at its last. */
function* placesOf(files: Files, entries: readonly Uint8Array[], at: number): Iterable<Mutation> {
  const entry = entries[at]!;
  const rest = entries.toSpliced(at, 1);
  const last = entries.length - 1;
  const later = Array.from({ length: last - at + 2 }, (_, i) => named(at + i));
  const move = (to: number): Uint8Array[] => rest.toSpliced(to, 0, entry);
  const ofEnd = at === last ? [...later, 'the log: does not end'] : later;
  yield forged(files, 'entry left out', `${at}`, rest, ofEnd);
  yield forged(
    files,
    'entry doubled',
    `${at}`,
    entries.toSpliced(at, 0, entry),
    at === last ? [/log\/checkpoint/] : later,
  );
  if (at < last) {
    yield forged(files, 'entries exchanged', `${at} with the next`, move(at + 1), [named(at), named(at + 1)]);
    yield forged(files, 'entry moved to the end', `${at}`, move(last), later);
    yield forged(files, 'log cut short', `after ${at}`, entries.slice(0, at + 1), [/log\/checkpoint/]);
  }
  if (at > 0) {
    const moved = entries.map((_, place) => named(place));
    yield forged(files, 'entry moved to the front', `${at}`, move(0), moved);
  }
}

/** The seal itself: what it says, and its signature. */
function* sealMutations(files: Files): Iterable<Mutation> {
  const seal = files.get(SEAL)!;
  const envelope = parseJson(seal, { limit: LIMIT }) as unknown as Envelope;
  for (const [kind, what, next] of changesOf(envelope, [...entriesOf(files)]))
    yield {
      kind: `seal: ${kind}`,
      what,
      archive: () => pack(new Map(files).set(SEAL, next)).bytes,
      names: [SEAL],
    };
}
