import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Imprint } from '@filiation/verify';
import { readTimeAuthority, type TimeAuthority } from '../authority.ts';
import { parseTimestampRequest } from '../request.ts';
import {
  type CertificateOptions,
  ISSUING,
  issueCertificate,
  SIGNING,
  type TestCertificate,
  TIME_STAMPING,
} from './certificates.ts';
import { type KeyKind, testKey } from './keys.ts';
import { makeReply, type TokenOptions } from './tokens.ts';

export interface AuthoritySetup {
  readonly name?: string;
  /** Of all three certificates. */
  readonly keys?: KeyKind;
  readonly root?: Partial<CertificateOptions>;
  readonly intermediate?: Partial<CertificateOptions>;
  readonly signer?: Partial<CertificateOptions>;
}

/** A root, an intermediate and a time authority of their own making, without a network. */
export interface LocalAuthority {
  readonly root: TestCertificate;
  readonly intermediate: TestCertificate;
  readonly signer: TestCertificate;
  readonly rootPem: string;
  /** A granted reply over a digest, at this moment where nothing else is said. */
  stamp(imprint: Imprint, changed?: Partial<TokenOptions>): Uint8Array;
}

export function makeAuthority(setup: AuthoritySetup = {}): LocalAuthority {
  const { name = 'test', keys = 'p256' } = setup;
  const root = issueCertificate({
    name: `${name} root`,
    key: testKey(keys),
    authority: true,
    keyUsage: ISSUING,
    ...setup.root,
  });
  const intermediate = issueCertificate({
    name: `${name} intermediate`,
    key: testKey(keys),
    issuer: root,
    authority: true,
    ...(setup.intermediate?.authority === false ? {} : { pathLength: 0 }),
    keyUsage: ISSUING,
    ...setup.intermediate,
  });
  const signer = issueCertificate({
    name: `${name} time authority`,
    key: testKey(keys),
    issuer: intermediate,
    keyUsage: SIGNING,
    purposes: [TIME_STAMPING],
    ...setup.signer,
  });
  const stamp: LocalAuthority['stamp'] = (imprint, changed = {}) =>
    makeReply({ signer, chain: [intermediate], imprint, at: new Date(), ...changed });
  return { root, intermediate, signer, rootPem: root.pem, stamp };
}

/** A local authority that answers on loopback. */
export interface RunningAuthority extends LocalAuthority {
  readonly url: string;
  /** As a case would have it configured. */
  readonly settings: { readonly name: string; readonly url: string; readonly roots: string };
  readonly authority: TimeAuthority;
  /** What the next replies are made with, beside what the request asks. */
  change(changed: Partial<TokenOptions>): void;
  /** The authority's clock stands at this moment; absent: it goes with the machine's. */
  setClock(at?: Date): void;
  /** Requests answered so far. */
  readonly answered: number;
  close(): Promise<void>;
}

/**
 * Starts a time authority on loopback for tests. Its tokens can carry any time: a back-dated case is made
 * by setting its clock.
 */
export async function startAuthority(setup: AuthoritySetup = {}): Promise<RunningAuthority> {
  const local = makeAuthority(setup);
  let clock: Date | undefined;
  let changed: Partial<TokenOptions> = {};
  let answered = 0;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      try {
        const { imprint, nonce, policy } = parseTimestampRequest(new Uint8Array(Buffer.concat(pieces)));
        const reply = local.stamp(imprint, {
          at: clock ?? new Date(),
          serial: ++answered,
          ...(nonce === undefined ? {} : { nonce }),
          ...(policy === undefined ? {} : { policy }),
          ...changed,
        });
        response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(reply);
      } catch {
        response.writeHead(400).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const settings = { name: setup.name ?? 'test', url, roots: local.rootPem };
  return {
    ...local,
    url,
    settings,
    authority: readTimeAuthority(settings),
    change(next) {
      changed = next;
    },
    setClock(at) {
      clock = at;
    },
    get answered() {
      return answered;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
