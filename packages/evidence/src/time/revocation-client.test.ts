import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import {
  type Certificate,
  FiliationError,
  readCertificate,
  readPemCertificates,
  readRevocationListFile,
  revocationAddresses,
  verifyTimestamp,
} from '@filiation/verify';
import { nodePlatform } from '@filiation/verify/node';
import { fetchRevocationLists } from './revocation-client.ts';
import { type LocalAuthority, makeAuthority } from './test-support/authority.ts';
import { issueRevocationList, listAddress, pemOf } from './test-support/certificates.ts';
import { digestOf } from './test-support/tokens.ts';

const message = Uint8Array.of(1, 2, 3);
const imprint = { hash: 'sha256', digest: digestOf('sha256', message) } as const;
const later = new Date('2031-01-01T00:00:00Z');

let server: Server;
let address: string;
let authority: LocalAuthority;
/** What the server gives out, by path; a path without an entry is answered with 404. */
const files = new Map<string, Uint8Array | string>();

before(async () => {
  server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    if (file === undefined) response.writeHead(404).end();
    else response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  authority = makeAuthority({
    intermediate: { extra: [listAddress(`${address}/root.crl`)] },
    signer: { extra: [listAddress(`${address}/intermediate.crl`)] },
  });
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const chain = (of: LocalAuthority = authority): Certificate[] =>
  [of.signer, of.intermediate, of.root].map(({ der }) => readCertificate(der));

describe('fetchRevocationLists', () => {
  it('reads the addresses that certificates name', () => {
    assert.deepEqual(chain().map(revocationAddresses), [
      [`${address}/intermediate.crl`],
      [`${address}/root.crl`],
      [],
    ]);
  });

  it('fetches what makes a token checkable for revocation', async () => {
    files.set('/root.crl', issueRevocationList({ issuer: authority.root, at: later }));
    files.set(
      '/intermediate.crl',
      pemOf('X509 CRL', issueRevocationList({ issuer: authority.intermediate, at: later })),
    );
    const { lists, missing } = await fetchRevocationLists({ chain: chain() });
    assert.deepEqual(missing, []);
    assert.deepEqual(
      lists.map(({ issuer }) => issuer),
      ['CN=test intermediate', 'CN=test root'],
    );
    const { revocation } = await verifyTimestamp(nodePlatform, {
      bytes: authority.stamp(imprint, { at: new Date('2030-01-01T00:00:00Z') }),
      stamped: { message },
      roots: readPemCertificates(authority.rootPem),
      revocationLists: lists.flatMap(({ bytes }) => readRevocationListFile(bytes, 'list')),
    });
    assert.deepEqual(revocation, { checked: true, asOf: '2031-01-01T00:00:00Z' });
  });

  it('says for which certificate there is none, and why, and hands out the others', async () => {
    files.delete('/intermediate.crl');
    const gone = await fetchRevocationLists({ chain: chain() });
    assert.equal(gone.lists.length, 1);
    assert.match(gone.missing[0]!.message, /list of CN=test intermediate: answers with HTTP status 404/);

    const silent = await fetchRevocationLists({ chain: chain(makeAuthority()) });
    assert.deepEqual(
      silent.missing.map(({ code }) => code),
      ['UNREACHABLE', 'UNREACHABLE'],
    );
    assert.match(silent.missing[0]!.message, /names no address/);
  });

  it('hands out no list that is not of the issuer', async () => {
    files.set('/intermediate.crl', issueRevocationList({ issuer: authority.root, at: later }));
    const foreign = await fetchRevocationLists({ chain: chain() });
    assert.match(foreign.missing[0]!.message, /of another issuer/);

    const twin = makeAuthority();
    files.set('/intermediate.crl', issueRevocationList({ issuer: twin.intermediate, at: later }));
    const forged = await fetchRevocationLists({ chain: chain() });
    assert.match(forged.missing[0]!.message, /not signed by the key/);

    files.set('/intermediate.crl', '<html>');
    const page = await fetchRevocationLists({ chain: chain() });
    assert.equal(page.missing[0]!.code, 'MALFORMED');
  });

  it('stops when told to', async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(
      fetchRevocationLists({ chain: chain(), signal }),
      (error) => error instanceof FiliationError && error.code === 'INTERRUPTED',
    );
  });
});
