import type { WireCommand } from '@albatross/wire';
import { nameOf, parseCommonName } from './common-name.ts';
import { issue, type Issued } from './issue.ts';
import type { Issuer } from './issuer.ts';
import type { KeyType } from './key-type.ts';
import { generatePrivateKey, privateKeyPem } from './private-key.ts';
import { validForMs } from './validity.ts';
import { writeCertificates } from './write-pem.ts';

export interface LeafOptions {
  readonly command: WireCommand;
  /** A label; "." for the path of the authority itself. */
  readonly commonName: string;
  readonly keyType: KeyType;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a client shows once, and forgets. */
export interface Leaf extends Issued {
  /** In PEM, as `tls.connect` takes both. */
  readonly certificatesPem: string;
  readonly keyPem: string;
}

/** A command is sent as soon as its certificate is made. */
export const LEAF_VALID_MS = 300_000;

/**
 * A certificate for one command, of a key that is made for it and written nowhere. It is in no database:
 * it has expired before anybody could revoke it. Throws what `issue` throws.
 */
export async function issueLeaf(issuer: Issuer, options: LeafOptions): Promise<Leaf> {
  const { command, keyType, now } = options;
  const commonName = parseCommonName(options.commonName);
  const key = await generatePrivateKey(keyType);
  const { publicKey } = key;
  const subject = nameOf(commonName);
  const wanted = { purpose: { kind: 'leaf', command }, commonName, subject, publicKey } as const;
  const issued = await issue(issuer, wanted, validForMs(LEAF_VALID_MS, now));
  const certificatesPem = writeCertificates(issued.certificates);
  return { ...issued, certificatesPem, keyPem: privateKeyPem(key) };
}
