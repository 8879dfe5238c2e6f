import { hexOf, utf8Bytes } from '../bytes.ts';
import { FiliationError } from '../error.ts';
import type { Hasher } from '../merkle.ts';
import { parseNoteKey } from '../note-key.ts';
import type { CaseClaim, ClaimName, Claims, KeyClaim, PartyClaim, PartyRecord } from './predicates.ts';

/** A key and the entries between which it signs for its party. */
export interface PartyKey {
  readonly party: string;
  readonly vkey: string;
  /** Ed25519 public key, 32 bytes. */
  readonly key32: Uint8Array;
  readonly keyid: string;
  /** Index of the entry that registers it. */
  readonly from: number;
  /** Index of the entry that ends it; it still signs that entry, and none after it. */
  readonly until?: number;
  readonly ended?: 'rotated' | 'revoked';
}

interface KnownParty {
  readonly side: PartyRecord['side'];
  /** Named in entry 0. */
  readonly founding: boolean;
  /** In order of registration; at most the last one is active. */
  readonly keys: PartyKey[];
}

/** `keyid` of Filiation's envelopes: lower-case hex SHA-256 of the verifier key text. A hint that finds the
 *  key; what counts is that the signature fits it. */
export function claimKeyId(hasher: Hasher, vkey: string): string {
  return hexOf(hasher.sha256(utf8Bytes(vkey)));
}

/**
 * Which key signs for which party, replayed from the log's entries in order:
 *
 * - every entry is signed by the active key of its `actor`;
 * - keys are safe Ed25519 keys, and no key or key name ever serves two parties, or serves again once ended;
 * - a party has one active key. `rotate` is signed by the key that it replaces; `revoke` by the party's
 *   own key or by a neutral named in entry 0, never by the other side;
 * - whoever has revoked its only key gets a new one from such a neutral, or joins under a new id.
 */
export class Keyring {
  private readonly hasher: Hasher;
  private readonly parties: Map<string, KnownParty> = new Map();
  private readonly keys: Map<string, PartyKey> = new Map();
  /** `key HEX` and `name NAME` to the party that they belong to for ever. */
  private readonly owners: Map<string, string> = new Map();
  private last = -1;

  constructor(hasher: Hasher) {
    this.hasher = hasher;
  }

  /**
   * Takes one entry in. Entries come in order; where it throws, the keys are as they were before.
   * @param keyid of the envelope, whose signature the caller has checked against `keyOf(keyid)`; for entry
   *   0, whose keys are in the entry itself, `keyOf` answers after this call.
   * @throws FiliationError UNVERIFIED, saying what the entry may not do
   */
  apply<N extends ClaimName>(index: number, name: N, predicate: Claims[N], keyid: string): void {
    const entry = `entry ${index} (${name})`;
    if (index <= this.last) refuse(entry, 'it comes before an entry that was read already');
    const first = this.last === -1;
    this.last = index;
    if ((name === 'case') !== (index === 0) || first !== (index === 0))
      refuse(entry, 'a case claim is the first entry, and only the first');
    if (name === 'case') {
      this.openCase(entry, predicate as CaseClaim, keyid);
      return;
    }
    const signer = this.signer(entry, keyid);
    if (signer.party !== predicate.actor)
      refuse(entry, `it speaks for ${predicate.actor} and is signed by a key of ${signer.party}`);
    if (name === 'party') this.setParty(entry, index, (predicate as PartyClaim).party, signer.party);
    if (name === 'key') this.changeKey(entry, index, predicate as KeyClaim, signer);
  }

  /** The key, while it is active. */
  keyOf(keyid: string): PartyKey | undefined {
    const key = this.keys.get(keyid);
    return key?.until === undefined ? key : undefined;
  }

  /** All keys that a party has had, in order. */
  keysOf(party: string): readonly PartyKey[] {
    return [...(this.parties.get(party)?.keys ?? [])];
  }

  private openCase(entry: string, { parties, actor, log }: CaseClaim, keyid: string): void {
    const ids = new Set(parties.map(({ id }) => id));
    if (ids.size !== parties.length) refuse(entry, 'it names a party twice');
    const fresh = parties.flatMap(({ id, key }) =>
      key === undefined ? [] : [this.freshKey(entry, 0, id, key)],
    );
    const labels = fresh.flatMap(({ key32, vkey }) => [ofKey(key32), ofName(vkey)]);
    if (new Set(labels).size !== labels.length) refuse(entry, 'two parties share a key or a key name');
    const signer = fresh.find((key) => key.keyid === keyid);
    if (signer?.party !== actor) refuse(entry, `it is not signed by the key that it gives ${actor}`);
    const logKey = this.safeKey(entry, log.key);
    for (const { party, key32, vkey } of fresh)
      if (party !== actor && (ofKey(key32) === ofKey(logKey.publicKey) || ofName(vkey) === ofName(log.key)))
        refuse(entry, `${party} has the key or the name of the log's key, which ${actor} holds`);
    this.owners.set(ofKey(logKey.publicKey), actor).set(ofName(log.key), actor);
    for (const { id, side } of parties) this.parties.set(id, { side, founding: true, keys: [] });
    for (const key of fresh) this.add(key);
  }

  private setParty(entry: string, index: number, record: PartyRecord, by: string): void {
    const known = this.parties.get(record.id);
    if (known !== undefined && known.side !== record.side)
      refuse(entry, `${record.id} stands on the side ${known.side} and cannot change it`);
    const current = known?.keys.at(-1);
    const active = current?.until === undefined ? current : undefined;
    if (active !== undefined && record.key !== undefined && record.key !== active.vkey)
      refuse(entry, `${record.id} has a key; only a key claim signed by that key replaces it`);
    const next = active === undefined && record.key !== undefined ? record.key : undefined;
    if (next !== undefined && current !== undefined && !this.isFoundingNeutral(by))
      refuse(entry, `the keys of ${record.id} are revoked; only a neutral of entry 0 can give it another`);
    const key = next === undefined ? undefined : this.freshKey(entry, index, record.id, next);
    if (known === undefined) this.parties.set(record.id, { side: record.side, founding: false, keys: [] });
    if (key !== undefined) this.add(key);
  }

  private changeKey(entry: string, index: number, claim: KeyClaim, signer: PartyKey): void {
    const { action, party, key, replaces } = claim;
    if (action === 'rotate') {
      if (signer.party !== party || replaces !== signer.vkey)
        refuse(entry, 'a new key is signed for by the key that it replaces');
      const fresh = this.freshKey(entry, index, party, key);
      this.end(signer, index, 'rotated');
      this.add(fresh);
      return;
    }
    const revoked = this.keyOf(claimKeyId(this.hasher, key));
    if (replaces !== undefined) refuse(entry, 'a revocation replaces no key');
    if (revoked?.party !== party) refuse(entry, `the key to be revoked is not the active key of ${party}`);
    if (signer.party !== party && !this.isFoundingNeutral(signer.party))
      refuse(entry, `only ${party} or a neutral of entry 0 can revoke its key`);
    this.end(revoked!, index, 'revoked');
  }

  private signer(entry: string, keyid: string): PartyKey {
    const key = this.keys.get(keyid);
    if (key === undefined) return refuse(entry, 'no party has the key that signed it');
    if (key.until !== undefined)
      refuse(entry, `the key of ${key.party} that signed it was ${key.ended} in entry ${key.until}`);
    return key;
  }

  private isFoundingNeutral(party: string): boolean {
    const known = this.parties.get(party);
    return known?.founding === true && known.side === 'neutral';
  }

  private freshKey(entry: string, index: number, party: string, vkey: string): PartyKey {
    const { name, publicKey } = this.safeKey(entry, vkey);
    const owner = this.owners.get(ofKey(publicKey));
    const keyid = claimKeyId(this.hasher, vkey);
    const isLogKey =
      owner === party && !this.keysOf(party).some(({ key32 }) => ofKey(key32) === ofKey(publicKey));
    if (owner !== undefined && !isLogKey)
      refuse(entry, `the key of ${party} was registered before, by ${owner}`);
    const namesake = this.owners.get(ofName(vkey)) ?? party;
    if (namesake !== party) refuse(entry, `the key name ${name} belongs to ${namesake}`);
    return { party, vkey, key32: publicKey, keyid, from: index };
  }

  private safeKey(entry: string, vkey: string): { readonly name: string; readonly publicKey: Uint8Array } {
    try {
      const key = parseNoteKey(this.hasher, vkey);
      if (key.kind === 'ed25519') return key;
    } catch (cause) {
      const reason = cause instanceof FiliationError ? cause.message : 'it cannot be read';
      return refuse(entry, `a key is refused: ${reason}`, cause);
    }
    return refuse(entry, 'a key is refused: it is not an Ed25519 key');
  }

  private add(key: PartyKey): void {
    this.keys.set(key.keyid, key);
    this.owners.set(ofKey(key.key32), key.party).set(ofName(key.vkey), key.party);
    this.parties.get(key.party)!.keys.push(key);
  }

  private end(key: PartyKey, until: number, ended: 'rotated' | 'revoked'): void {
    const over = { ...key, until, ended };
    this.keys.set(key.keyid, over);
    const { keys } = this.parties.get(key.party)!;
    keys[keys.indexOf(key)] = over;
  }
}

function ofKey(key32: Uint8Array): string {
  return `key ${hexOf(key32)}`;
}

/** Key names hold no plus sign. */
function ofName(vkey: string): string {
  return `name ${vkey.slice(0, vkey.indexOf('+'))}`;
}

function refuse(entry: string, reason: string, cause?: unknown): never {
  throw new FiliationError('UNVERIFIED', `${entry}: ${reason}`, {
    where: entry,
    ...(cause === undefined ? {} : { cause }),
  });
}
