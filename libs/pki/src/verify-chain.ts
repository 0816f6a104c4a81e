import { WireError } from '@albatross/wire';
import { anchorRefusal, certificateRefusal, type Role } from './certificate-rules.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { ChainLinks, isNamed, TooManyLinks } from './chain-links.ts';
import { firstPath, lastOf, type LeadsTo, type Path } from './chain-path.ts';
import { diagnose } from './diagnose-chain.ts';
import { issuerRefusal, type Trust } from './issuer-rules.ts';
import type { KnownAuthorities } from './known-authorities.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { Revocations } from './revocations.ts';

/** A client that sends more certificates is refused. */
export const SENT_CERTIFICATES_MAX = 32;

export interface ChainQuestion extends Trust {
  /** In DER; the leaf first, the others in any order. Whoever sent it has proven to have the key of the leaf. */
  readonly sent: readonly Uint8Array[];
  readonly revocations: Revocations;
  /** What the first certificate is used for; by default, as a client. */
  readonly role?: Role;
  /** Saves to read what was read before; changes no verdict. */
  readonly known?: KnownAuthorities;
}

export type ChainVerdict = VerifiedChain | Refusal;

export interface VerifiedChain {
  readonly kind: 'verified';
  /** From the leaf to the authority that the anchor issued; the anchor is not in it. */
  readonly path: Path;
}

/**
 * Whether what a client sent leads to the trusted authority, the anchor, by the rules of the original:
 *
 * - All paths from the leaf are considered, the shorter ones first; the first one counts that ends with a
 *   certificate of the anchor. What is not in it is passed over.
 * - Each certificate in it names the next one as its issuer, by name and, where both have one, identifier of
 *   the key, and was signed with its key.
 * - Each is valid now, and may be what it is used for.
 * - None was revoked by its issuer.
 *
 * Names and identifiers are only what is looked at first: somebody else's certificate may have the same. It
 * is the signatures that tell the certificates of a path from all others that were sent beside them.
 */
export function verifyChain(question: ChainQuestion): ChainVerdict {
  const { sent, anchor, now, revocations, role = 'client', known } = question;
  const certificates = readSent(sent, anchor, known);
  if ('kind' in certificates) return certificates;
  const { leaf, others } = certificates;
  const refused = anchorRefusal(anchor, now) ?? certificateRefusal(leaf, role, now);
  if (refused !== null) return refused;
  try {
    const links = new ChainLinks();
    const verdict = search({ leaf, others, trust: { anchor, now }, revocations, links });
    if (verdict.kind === 'verified') known?.remember(verdict.path.slice(1));
    return verdict;
  } catch (error) {
    if (!(error instanceof TooManyLinks)) throw error;
    const what = 'was sent with others that could be put together in too many ways';
    return refuse('too-many-certificates', leaf, what);
  }
}

interface Sent {
  readonly leaf: Certificate;
  readonly others: readonly Certificate[];
}

function readSent(
  sent: readonly Uint8Array[],
  anchor: Certificate,
  known: KnownAuthorities | undefined,
): Sent | Refusal {
  if (sent.length > SENT_CERTIFICATES_MAX) {
    const message = `${sent.length} certificates were sent; there may be ${SENT_CERTIFICATES_MAX}`;
    return { kind: 'refused', reason: 'too-many-certificates', certificate: null, message };
  }
  const certificates: Certificate[] = [];
  for (const [index, der] of sent.entries())
    try {
      const isThere = [anchor, ...certificates].some((one) => Buffer.compare(one.der, der) === 0);
      // The leaf is the first, whatever else it is.
      if (index === 0) certificates.push(readCertificate(der));
      else if (!isThere) certificates.push(known?.find(der) ?? readCertificate(der));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const message = `the certificate number ${index + 1} is malformed: ${error.message}`;
      return { kind: 'refused', reason: 'malformed', certificate: null, message };
    }
  const [leaf, ...others] = certificates;
  if (leaf !== undefined) return { leaf, others };
  const message = 'no certificate was sent';
  return { kind: 'refused', reason: 'no-certificate', certificate: null, message };
}

interface Search extends Sent {
  readonly trust: Trust;
  readonly revocations: Revocations;
  readonly links: ChainLinks;
}

/**
 * Revocations come last, for certificates whose issuers are known by then: a list is verified with the key of
 * an authority of ours, never with one that somebody sent. Without what was revoked there may be another path.
 */
function search({ leaf, others, trust, revocations, links }: Search): ChainVerdict {
  const revoked: Revoked[] = [];
  const leadsTo: LeadsTo = (path, issuer) => {
    const child = lastOf(path);
    return (
      isNamed(child, issuer) &&
      issuerRefusal(path, issuer, trust) === null &&
      !revoked.some((one) => one.child === child && one.issuer === issuer) &&
      links.isSigned(child, issuer)
    );
  };
  for (;;) {
    const path = firstPath(leaf, others, trust.anchor, leadsTo);
    if (path === null) return revoked[0]?.refusal ?? diagnose({ leaf, others, trust, links });
    const found = revokedIn(path, trust.anchor, revocations);
    if (found === null) return { kind: 'verified', path };
    revoked.push(found);
  }
}

interface Revoked {
  readonly child: Certificate;
  readonly issuer: Certificate;
  readonly refusal: Refusal;
}

/** What is nearest to the anchor comes first: below it nothing counts. */
function revokedIn(path: Path, anchor: Certificate, revocations: Revocations): Revoked | null {
  for (let at = path.length - 1; at >= 0; at -= 1) {
    const [child, issuer] = [path[at] ?? path[0], path[at + 1] ?? anchor];
    const status = revocations.statusOf(child, issuer);
    if (status !== 'good') return { child, issuer, refusal: revocationRefusal(child, status) };
  }
  return null;
}

function revocationRefusal(child: Certificate, status: 'revoked' | 'unknown'): Refusal {
  return status === 'revoked'
    ? refuse('revoked', child, 'was revoked by its issuer')
    : refuse(
        'revocation-unknown',
        child,
        'may be revoked: the list of its issuer is not signed by it',
      );
}
