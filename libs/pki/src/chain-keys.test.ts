import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readCertificate } from './certificate.ts';
import { readPemOf } from './pem.ts';
import type { RefusalReason } from './refusal.ts';
import { Revocations } from './revocations.ts';
import { opensslRefusal, withFiles } from './testing/openssl-verdict.ts';
import { openssl } from './testing/openssl.ts';
import { verifyChain } from './verify-chain.ts';

const CONFIG = `
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature, nonRepudiation, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;

interface Made {
  /** Arguments of `openssl genpkey`. */
  readonly rootKey?: string;
  readonly leafKey?: string;
  /** How the root signs. */
  readonly signing?: string;
  /** No extensions make it version 1. */
  readonly leafExtensions?: string;
}

/** The leaf and its authority, in DER, made with openssl alone. */
async function made({
  rootKey = P256,
  leafKey = P256,
  signing = '-sha256',
  leafExtensions = '-extfile config -extensions leaf',
}: Made): Promise<readonly [leaf: Uint8Array, root: Uint8Array]> {
  return await withFiles({ config: CONFIG }, async (folder) => {
    const run = async (line: string): Promise<void> => {
      const args = line
        .split(/ +/)
        .map((word) => (/^(config|\w+\.\w+)$/.test(word) ? join(folder, word) : word));
      const { status, output } = await openssl(args);
      assert.equal(status, 0, `openssl ${line}: ${output}`);
    };
    await run(`genpkey ${rootKey} -out root.key`);
    await run(`genpkey ${leafKey} -out leaf.key`);
    const root = '-config config -subj /CN=root -extensions authority -days 2';
    await run(`req -x509 -new -key root.key ${root} -out root.pem`);
    await run('req -new -key leaf.key -config config -subj /CN=hello -out leaf.req');
    const leaf = `-req -in leaf.req -CA root.pem -CAkey root.key -CAcreateserial -days 2`;
    await run(`x509 ${leaf} ${signing} ${leafExtensions} -out leaf.pem`);
    const read = async (name: string): Promise<Uint8Array> => {
      const [der] = readPemOf('CERTIFICATE', await readFile(join(folder, name), 'latin1'), name);
      return der ?? new Uint8Array();
    };
    return [await read('leaf.pem'), await read('root.pem')];
  });
}

const ec = (curve: string): string => `-algorithm EC -pkeyopt ec_paramgen_curve:${curve}`;
const rsa = (bits: number): string => `-algorithm RSA -pkeyopt rsa_keygen_bits:${bits}`;
const P256 = ec('P-256');
const ED25519 = '-algorithm ED25519';
const NO_DIGEST = '';

const isMissing = (await openssl(['version']).catch(() => null)) === null;

/** Ours, and whether OpenSSL agrees. */
function itJudges(
  what: string,
  parts: Made,
  reason: RefusalReason | null,
  agrees: 'agrees' | 'differs' = 'agrees',
): void {
  it(`${reason === null ? 'takes' : 'refuses'} ${what}`, async (t) => {
    if (isMissing) return t.skip('openssl is not installed');
    const [leaf, root] = await made(parts);
    // It is valid from the second on in which it was made.
    const now = Date.now() + 3_600_000;
    const anchor = readCertificate(root);
    const verdict = verifyChain({ sent: [leaf], anchor, now, revocations: new Revocations([]) });
    assert.equal(verdict.kind === 'refused' ? verdict.reason : null, reason);
    const refusal = await opensslRefusal({ sent: [leaf], anchor: root, now });
    assert.equal((refusal === null) === (reason === null), agrees === 'agrees', refusal ?? '');
  });
}

describe('what an authority signs with', () => {
  for (const curve of ['P-256', 'P-384', 'P-521'])
    for (const hash of ['sha256', 'sha384', 'sha512'])
      itJudges(`${curve} and ${hash}`, { rootKey: ec(curve), signing: `-${hash}` }, null);
  for (const hash of ['sha256', 'sha384', 'sha512'])
    itJudges(`RSA and ${hash}`, { rootKey: rsa(2048), signing: `-${hash}` }, null);
  itJudges('RSA of 1024 bits', { rootKey: rsa(1024) }, null);
  itJudges('Ed25519', { rootKey: ED25519, signing: NO_DIGEST }, null);
});

describe('what an authority may not sign with', () => {
  const accepts = 'differs';
  itJudges('SHA-1', { signing: '-sha1' }, 'weak-signature', accepts);
  itJudges('SHA-224', { signing: '-sha224' }, 'weak-signature', accepts);
  itJudges('MD5', { rootKey: rsa(2048), signing: '-md5' }, 'weak-signature', accepts);
  const pss = '-sha256 -sigopt rsa_padding_mode:pss';
  itJudges('RSA-PSS', { rootKey: rsa(2048), signing: pss }, 'weak-signature', accepts);
  itJudges('RSA of 1016 bits', { rootKey: rsa(1016) }, 'weak-key', accepts);
  const exponent = `${rsa(2048)} -pkeyopt rsa_keygen_pubexp:8589934593`;
  itJudges('RSA with an exponent of 34 bits', { rootKey: exponent }, 'weak-key', accepts);
  itJudges('secp256k1', { rootKey: ec('secp256k1') }, 'weak-key', accepts);
  const explicit = `${P256} -pkeyopt ec_param_enc:explicit`;
  itJudges('a curve of its own making', { rootKey: explicit }, 'weak-key');
  const ed448 = '-algorithm ED448';
  itJudges('Ed448', { rootKey: ed448, signing: NO_DIGEST }, 'weak-key', accepts);
});

describe('what a leaf is for', () => {
  itJudges('an Ed25519 key', { leafKey: ED25519 }, null);
  itJudges('an RSA key of 1024 bits', { leafKey: rsa(1024) }, null);
  itJudges('an RSA key of 1016 bits', { leafKey: rsa(1016) }, 'weak-key', 'differs');
  itJudges('a key on secp256k1', { leafKey: ec('secp256k1') }, 'weak-key', 'differs');
  itJudges('a certificate of version 1', { leafExtensions: '' }, 'version', 'differs');
});
