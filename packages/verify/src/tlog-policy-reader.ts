import { equalBytes } from './bytes.ts';
import { FiliationError } from './error.ts';
import type { Hasher } from './merkle.ts';
import { type NoteKey, parseNoteKey } from './note-key.ts';
import { quoted } from './quoted.ts';
import type { PolicyGroup, PolicyLog, PolicyWitness, TlogPolicy } from './tlog-policy.ts';

/** Logs, witnesses and groups, each; C2SP tlog-policy asks for at least 32. */
const MAX_OF_A_KIND = 64;
// Tab alone is allowed. Beyond ASCII the text is opaque.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Reads the lines of a policy one by one, and says of each what does not fit. */
export class PolicyReader {
  private readonly hasher: Hasher;
  private readonly where: string;
  private readonly logs: PolicyLog[] = [];
  private readonly witnesses: PolicyWitness[] = [];
  private readonly groups: PolicyGroup[] = [];
  private readonly defined = new Set<string>();
  private readonly grouped = new Set<string>();
  private quorum: string | undefined;
  private lines = 0;

  constructor(hasher: Hasher, where: string) {
    this.hasher = hasher;
    this.where = where;
  }

  line(line: string): void {
    this.lines++;
    if (CONTROL.test(line)) throw this.fault('it holds a control character');
    const items = line.split(/[ \t]+/).filter((item) => item !== '');
    const [kind, ...rest] = items;
    if (kind === undefined || kind.startsWith('#')) return;
    if (kind === 'log') this.log(rest);
    else if (kind === 'witness') this.witness(rest);
    else if (kind === 'group') this.group(rest);
    else if (kind === 'quorum') this.setQuorum(rest);
    else throw this.fault(`${quoted(kind)} is not log, witness, group or quorum`);
  }

  policy(): TlogPolicy {
    if (this.quorum === undefined) throw this.fault('it names no quorum');
    return { logs: this.logs, witnesses: this.witnesses, groups: this.groups, quorum: this.quorum };
  }

  private log([text, url, ...more]: readonly string[]): void {
    if (text === undefined || more.length > 0) throw this.fault('a log line is: log KEY [URL]');
    const key = this.key(text, 'ed25519', this.logs);
    this.logs.push({ key, ...(url === undefined ? {} : { url }) });
  }

  private witness([name, text, url, ...more]: readonly string[]): void {
    if (name === undefined || text === undefined || more.length > 0)
      throw this.fault('a witness line is: witness NAME KEY [URL]');
    const key = this.key(text, 'cosignature', this.witnesses);
    this.define(name);
    this.witnesses.push({ name, key, ...(url === undefined ? {} : { url }) });
  }

  private group([name, count, ...members]: readonly string[]): void {
    if (name === undefined || count === undefined || members.length === 0)
      throw this.fault('a group line is: group NAME all|any|NUMBER MEMBER…');
    const threshold = count === 'all' ? members.length : count === 'any' ? 1 : Number(count);
    const decimal = count === 'all' || count === 'any' || /^[1-9][0-9]{0,3}$/.test(count);
    if (!decimal || threshold > members.length)
      throw this.fault(`${quoted(count)} is not all, any or a number from 1 to ${members.length}`);
    for (const member of members) {
      this.known(member);
      if (this.grouped.has(member)) throw this.fault(`${quoted(member)} is a member of a group twice`);
      this.grouped.add(member);
    }
    this.room(this.groups);
    this.define(name);
    this.groups.push({ name, threshold, members });
  }

  private setQuorum([name, ...more]: readonly string[]): void {
    if (name === undefined || more.length > 0) throw this.fault('a quorum line is: quorum NAME');
    if (this.quorum !== undefined) throw this.fault('it names a second quorum');
    if (name !== 'none') this.known(name);
    this.quorum = name;
  }

  private key(text: string, kind: NoteKey['kind'], others: readonly { readonly key: NoteKey }[]): NoteKey {
    this.room(others);
    const key = this.readKey(text);
    if (key.kind !== kind) {
      const code = key.kind === 'ed25519' || key.kind === 'cosignature' ? 'MALFORMED' : 'UNSUPPORTED';
      throw this.fault(`a key of kind ${key.kind} stands where ${kind} is expected`, code);
    }
    if (others.some((other) => equalBytes(other.key.publicKey, key.publicKey)))
      throw this.fault(`the key of ${key.name} stands in it twice`);
    return key;
  }

  private readKey(text: string): NoteKey {
    try {
      return parseNoteKey(this.hasher, text);
    } catch (cause) {
      if (!(cause instanceof FiliationError)) throw cause;
      throw this.fault(cause.message, cause.code, cause);
    }
  }

  private define(name: string): void {
    if (name === 'none') throw this.fault('the name none is taken');
    if (this.defined.has(name)) throw this.fault(`${quoted(name)} is defined twice`);
    this.defined.add(name);
  }

  private known(name: string): void {
    if (!this.defined.has(name)) throw this.fault(`${quoted(name)} is not defined before it is used`);
  }

  private room(items: readonly unknown[]): void {
    if (items.length >= MAX_OF_A_KIND)
      throw this.fault(`it names above ${MAX_OF_A_KIND} logs, witnesses or groups`, 'LIMIT_EXCEEDED');
  }

  fault(reason: string, code: FiliationError['code'] = 'MALFORMED', cause?: unknown): FiliationError {
    return new FiliationError(code, `${this.where}, line ${this.lines}: ${reason}`, {
      where: this.where,
      cause,
    });
  }
}
