import type { Certificate } from './certificate.ts';
import { isSignedBy } from './signature.ts';

/** So many signatures are verified for one chain; a client that sends what is needed takes one for each certificate. */
export const CHAIN_SIGNATURES_MAX = 64;

/** Nor of more bytes altogether: a leaf of 16 MiB takes some tens of milliseconds with each key that is tried. */
export const CHAIN_SIGNED_BYTES_MAX = 67_108_864;

/** What was sent could be put together in too many ways. */
export class TooManyLinks extends Error {
  override readonly name = 'TooManyLinks';
}

/** Whether they are child and issuer by what they say: by names, and identifiers of keys where both have one. */
export function isNamed(child: Certificate, issuer: Certificate): boolean {
  return child.issuer.key === issuer.subject.key && namesKey(child, issuer);
}

function namesKey({ authorityKeyId }: Certificate, { subjectKeyId }: Certificate): boolean {
  if (authorityKeyId === null || subjectKeyId === null) return true;
  return Buffer.compare(authorityKeyId, subjectKeyId) === 0;
}

/** Which certificate was issued with the key of which. Every signature is verified once. */
export class ChainLinks {
  readonly #verified = new Map<Certificate, Map<Certificate, boolean>>();
  #signatures = 0;
  #signedBytes = 0;

  /** They say so, and the key of the issuer signed the certificate. Throws `TooManyLinks`. */
  isSigned(child: Certificate, issuer: Certificate): boolean {
    if (!isNamed(child, issuer)) return false;
    const ofChild = this.#verified.get(child) ?? new Map<Certificate, boolean>();
    this.#verified.set(child, ofChild);
    const isSigned = ofChild.get(issuer) ?? this.#verify(child, issuer);
    ofChild.set(issuer, isSigned);
    return isSigned;
  }

  #verify(child: Certificate, issuer: Certificate): boolean {
    this.#signatures += 1;
    this.#signedBytes += child.signature.content.length;
    if (this.#signatures > CHAIN_SIGNATURES_MAX || this.#signedBytes > CHAIN_SIGNED_BYTES_MAX)
      throw new TooManyLinks();
    return isSignedBy(child.signature, issuer.publicKey);
  }
}
