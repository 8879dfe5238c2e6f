import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reason for skipping what needs OpenSSL, or false where its command is there. */
export const withoutOpenssl: string | false =
  spawnSync('openssl', ['version']).status === 0 ? false : 'the openssl command is not installed';

export interface OpensslAuthority {
  readonly rootPem: string;
  /** A token over the SHA-256 of the text. */
  stamp(text: string): Uint8Array;
}

const CONFIGURATION = `
[req]
distinguished_name = name
prompt = no
[name]
CN = test
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = own
[own]
serial = serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256
ess_cert_id_chain = yes
ess_cert_id_alg = sha256
`;

/** A time authority of its own making in a new folder. */
export function makeOpensslAuthority(folder: string): OpensslAuthority {
  mkdirSync(folder, { recursive: true });
  const openssl = (line: string): void => {
    const run = spawnSync('openssl', line.split(' '), {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, OPENSSL_CONF: join(folder, 'authority.cnf') },
    });
    if (run.status !== 0) throw new Error(`openssl ${line}: ${run.stderr}`);
  };
  writeFileSync(join(folder, 'authority.cnf'), CONFIGURATION);
  writeFileSync(join(folder, 'serial'), '01\n');
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  openssl(`req -x509 ${newKey} -keyout root.key -out root.pem -days 30 -subj /CN=root -extensions root`);
  openssl(`req ${newKey} -keyout signer.key -out signer.csr -subj /CN=clock`);
  openssl(
    'x509 -req -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial -days 20 -out signer.pem -extfile authority.cnf -extensions signer',
  );
  return {
    rootPem: readFileSync(join(folder, 'root.pem'), 'utf8'),
    stamp(text) {
      writeFileSync(join(folder, 'stamped'), text);
      openssl('ts -query -data stamped -sha256 -cert -out request.tsq');
      openssl(
        'ts -reply -queryfile request.tsq -config authority.cnf -signer signer.pem -inkey signer.key -out reply.tsr',
      );
      return Uint8Array.from(readFileSync(join(folder, 'reply.tsr')));
    },
  };
}
