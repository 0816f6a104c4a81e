import type { Certificate } from './certificate.ts';
import { keyIdentifierOf } from './key-identifier.ts';
import type { RevocationList } from './revocation-list.ts';
import { isSignedBy } from './signature.ts';

/** `unknown`: there is a list of this issuer, and it cannot be relied on. */
export type RevocationStatus = 'good' | 'revoked' | 'unknown';

/**
 * Which certificates their issuers took back, by the lists that the operator has.
 *
 * A list counts for the authority whose key signed it, and for no other of the same name. An authority
 * without a list has revoked nothing. Several lists of one authority all count, and so does one that should
 * have been replaced by a newer one: what any of them lists is revoked.
 *
 * A list that is of an authority, by what it says, and was not signed by it is damaged or forged. It makes
 * the status of all certificates of that authority `unknown`, for it may have been about any of them.
 */
export class Revocations {
  readonly #lists: ReadonlyMap<string, readonly RevocationList[]>;
  /** A key that is known to have signed a list, so that this is verified once. */
  readonly #signers = new WeakMap<RevocationList, Uint8Array>();

  constructor(lists: readonly RevocationList[]) {
    const names = new Set(lists.map(({ issuer }) => issuer.key));
    this.#lists = new Map(
      [...names].map((name) => [name, lists.filter(({ issuer }) => issuer.key === name)]),
    );
  }

  /** `issuer` is the authority that signed the certificate, which has been verified. */
  statusOf(certificate: Certificate, issuer: Certificate): RevocationStatus {
    const lists = this.#of(issuer);
    const signed = lists.filter(({ isSigned }) => isSigned);
    if (signed.some(({ list }) => list.revoked.has(certificate.serial))) return 'revoked';
    return signed.length < lists.length ? 'unknown' : 'good';
  }

  /** What the operator should know about the lists of an authority; each is a line. */
  problemsOf(issuer: Certificate, now: number): readonly string[] {
    return this.#of(issuer).flatMap(({ list, isSigned }) => {
      const from = timeText(list.thisUpdate);
      const problems = isSigned
        ? problemsOfSigned(list, issuer, now)
        : [
            'is not signed by it: it is damaged or forged, and nothing of this authority is accepted',
          ];
      return problems.map(
        (problem) => `the revocation list of ${issuer.subject.text} from ${from} ${problem}`,
      );
    });
  }

  /** Those of its name, but for those that say that they are of another key. */
  #of(issuer: Certificate): readonly { readonly list: RevocationList; isSigned: boolean }[] {
    return (this.#lists.get(issuer.subject.key) ?? [])
      .map((list) => ({ list, isSigned: this.#isSigned(list, issuer) }))
      .filter(({ list, isSigned }) => isSigned || namesKeyOf(list, issuer));
  }

  #isSigned(list: RevocationList, { publicKey }: Certificate): boolean {
    if (isSame(this.#signers.get(list) ?? null, publicKey.der)) return true;
    const isSigned = isSignedBy(list.signature, publicKey);
    // A copy: otherwise it would keep all that a client sent.
    if (isSigned) this.#signers.set(list, Uint8Array.from(publicKey.der));
    return isSigned;
  }
}

/** Those of a certificate without an identifier have that which is customary. */
function namesKeyOf({ authorityKeyId }: RevocationList, issuer: Certificate): boolean {
  return (
    authorityKeyId === null ||
    isSame(issuer.subjectKeyId, authorityKeyId) ||
    isSame(keyIdentifierOf(issuer.publicKey.der), authorityKeyId)
  );
}

function isSame(one: Uint8Array | null, other: Uint8Array): boolean {
  return one !== null && Buffer.compare(one, other) === 0;
}

function problemsOfSigned(
  { thisUpdate, nextUpdate }: RevocationList,
  { keyUsage }: Certificate,
  now: number,
): readonly string[] {
  const problems: string[] = [];
  if (now < thisUpdate) problems.push('is from the future; what it lists is revoked already');
  if (nextUpdate !== null && now >= nextUpdate) {
    const since = timeText(nextUpdate);
    problems.push(`should have been replaced by ${since}; what it lists is still revoked`);
  }
  if (keyUsage?.has('cRLSign') === false)
    problems.push('is from an authority whose key is not for cRLSign; what it lists is revoked');
  return problems;
}

function timeText(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
