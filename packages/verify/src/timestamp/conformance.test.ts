import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { bytesFromBase64 } from '../base64.ts';
import { FiliationError } from '../error.ts';
import { nodePlatform } from '../node/platform.ts';
import { sharedEvidence } from '../test-support/shared-data.ts';
import { readCertificate } from '../x509/certificate.ts';
import { parseTimestampReply } from './reply.ts';
import { type VerifiedTime, verifyTimestamp } from './verify.ts';

const found = sharedEvidence('sigstore-conformance');
const folder = found === undefined ? '' : join(found, 'bundle-verify');
const skip = found === undefined && 'the staged Sigstore conformance bundles are not on this machine';

interface StagedBundle {
  readonly verificationMaterial?: {
    readonly timestampVerificationData?: {
      readonly rfc3161Timestamps?: readonly { signedTimestamp: string }[];
    };
  };
  readonly dsseEnvelope?: { readonly signatures: readonly [{ readonly sig: string }] };
  readonly messageSignature?: { readonly signature: string };
}
interface StagedRoot {
  readonly timestampAuthorities?: readonly {
    readonly certChain: { readonly certificates: readonly { readonly rawBytes: string }[] };
  }[];
}

const json = <T>(name: string, file: string): T =>
  JSON.parse(readFileSync(join(folder, name, file), 'utf8')) as T;

/** Every token of a staged bundle against the bundle's own trusted root; the imprint covers the signature. */
async function verifyStaged(name: string): Promise<VerifiedTime[]> {
  const bundle = json<StagedBundle>(name, 'bundle.sigstore.json');
  const chains = (json<StagedRoot>(name, 'trusted_root.json').timestampAuthorities ?? []).map((authority) =>
    authority.certChain.certificates.map(({ rawBytes }) => readCertificate(bytesFromBase64(rawBytes))),
  );
  const signature = bundle.dsseEnvelope?.signatures[0].sig ?? bundle.messageSignature?.signature ?? '';
  return Promise.all(
    tokens(bundle).map((bytes) =>
      verifyTimestamp(nodePlatform, {
        bytes,
        stamped: { message: bytesFromBase64(signature) },
        roots: chains.map((chain) => chain[chain.length - 1]!),
        extraCertificates: chains.flatMap((chain) => chain.slice(0, -1)),
      }),
    ),
  );
}

function encodedTokens(bundle: StagedBundle): string[] {
  const listed = bundle.verificationMaterial?.timestampVerificationData?.rfc3161Timestamps ?? [];
  return listed.map(({ signedTimestamp }) => signedTimestamp);
}

function tokens(bundle: StagedBundle): Uint8Array[] {
  return encodedTokens(bundle).map(bytesFromBase64);
}

/** Cases that fail by the token or its chain; the others that fail do so by what surrounds the token. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'rekor2-timestamp-outside-tsa-cert-validity_fail': /valid only until 2025-08-07T15:37:08Z, not at/,
  'rekor2-timestamp-payload-mismatch_fail': /stamps other bytes/,
  // Its token is not even whole base64.
  'rekor2-timestamp-with-incorrect-time_fail': /not base64/,
  'rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail': /it is no trusted root/,
  'rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail': /neither in the token nor at hand/,
};

describe('tokens of the Sigstore conformance suite', { skip }, () => {
  const names = skip
    ? []
    : readdirSync(folder).filter(
        (name) =>
          existsSync(join(folder, name, 'trusted_root.json')) &&
          encodedTokens(json<StagedBundle>(name, 'bundle.sigstore.json')).length > 0,
      );

  it('are there', () => assert.ok(names.length >= 25, `${names.length}`));

  for (const name of names)
    it(REFUSED[name] === undefined ? `verify: ${name}` : `are refused: ${name}`, async () => {
      const refusal = REFUSED[name];
      if (refusal !== undefined)
        return assert.rejects(
          verifyStaged(name),
          (error) => error instanceof FiliationError && refusal.test(error.message),
        );
      for (const { policy } of await verifyStaged(name)) assert.equal(policy, '1.3.6.1.4.1.57264.2');
      return undefined;
    });

  it('from a public authority with RSA keys verifies once its root is trusted', async () => {
    const name = 'rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail';
    const bundle = json<StagedBundle>(name, 'bundle.sigstore.json');
    const [bytes] = tokens(bundle);
    const { data } = parseTimestampReply(bytes!);
    const roots = data.certificates.filter((one) => one.extensions.basicConstraints?.authority === true);
    assert.equal(roots.length, 1);
    const message = bytesFromBase64(
      bundle.messageSignature?.signature ?? bundle.dsseEnvelope!.signatures[0].sig,
    );
    const time = await verifyTimestamp(nodePlatform, { bytes: bytes!, stamped: { message }, roots });
    assert.equal(time.hash, 'sha256');
    assert.match(time.time, /^2025-/);
  });
});
