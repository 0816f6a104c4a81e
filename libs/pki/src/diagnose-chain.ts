import type { Certificate } from './certificate.ts';
import { isNamed, type ChainLinks } from './chain-links.ts';
import { firstPath, lastOf, shortestPaths, type LeadsTo, type Path } from './chain-path.ts';
import { issuerRefusal, type Trust } from './issuer-rules.ts';
import { keyIdentifierOf } from './key-identifier.ts';
import { refuse, type Refusal } from './refusal.ts';

export interface FailedSearch {
  readonly leaf: Certificate;
  readonly others: readonly Certificate[];
  readonly trust: Trust;
  readonly links: ChainLinks;
}

/**
 * Why no path leads to the anchor, in the words that help most. If the signatures alone lead there, it is what
 * is wrong with a certificate on the way, and what else was sent beside them does not matter. Otherwise it
 * is where they end, as far from the leaf as possible.
 */
export function diagnose({ leaf, others, trust, links }: FailedSearch): Refusal {
  const isSigned: LeadsTo = (path, issuer) => links.isSigned(lastOf(path), issuer);
  const path = firstPath(leaf, others, trust.anchor, isSigned);
  if (path !== null) return refusalOn(path, trust);
  const last = [...shortestPaths(leaf, others, isSigned)].map(lastOf).at(-1) ?? leaf;
  return refusalWithoutIssuer(last, [...others, trust.anchor], links);
}

function refusalOn([leaf, ...authorities]: Path, trust: Trust): Refusal {
  for (const [index, issuer] of [...authorities, trust.anchor].entries()) {
    const refusal = issuerRefusal([leaf, ...authorities.slice(0, index)], issuer, trust);
    if (refusal !== null) return refusal;
  }
  throw new Error('a path without anything wrong was not found');
}

function refusalWithoutIssuer(
  last: Certificate,
  known: readonly Certificate[],
  links: ChainLinks,
): Refusal {
  const name = last.issuer.text;
  // They issued each other, or it issued itself, and lead nowhere else.
  if (known.some((issuer) => links.isSigned(last, issuer)))
    return refuse('unknown-issuer', last, `was issued by ${name}, which nobody trusted has issued`);
  if (known.some((issuer) => isNamed(last, issuer) && isOfKey(last, issuer)))
    return refuse('bad-signature', last, `was not signed with the key of ${name}`);
  const what = known.some(({ subject }) => subject.key === last.issuer.key)
    ? `was issued by a ${name} that has another key than the one that is known or was sent`
    : `was issued by ${name}, which is not the trusted authority and was not sent`;
  return refuse('unknown-issuer', last, what);
}

/** An authority without an identifier of its key, as those of the original, has the customary one. */
function isOfKey({ authorityKeyId }: Certificate, issuer: Certificate): boolean {
  if (authorityKeyId === null) return true;
  const keyId = issuer.subjectKeyId ?? keyIdentifierOf(issuer.publicKey.der);
  return Buffer.compare(authorityKeyId, keyId) === 0;
}
