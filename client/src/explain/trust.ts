import type { Certificate, Refusal, RevocationList, Role } from '@albatross/pki';
import type { Pki } from '../issuing.ts';

export interface TrustQuestion {
  readonly first: Certificate;
  readonly others: readonly Certificate[];
  readonly role: Role;
  /** The authority that is trusted; null when nobody said which. */
  readonly anchor: Certificate | null;
  readonly lists: readonly RevocationList[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Trust {
  /** From the first one upwards, without the authority that a server trusts: what it reads names from. */
  readonly path: readonly Certificate[];
  /** What is above them and not one of them: the trusted authority, or a root that nobody said is trusted. */
  readonly root: Certificate | null;
  readonly refusal: Refusal | null;
  /** What to know about the revocation lists; each is a line. */
  readonly notes: readonly string[];
}

/**
 * What a server makes of the certificates. Without a trusted authority they are held against the topmost of
 * their own. Where they are refused, the path is that of the names, which says nothing about trust.
 */
export function judge(pki: Pki, question: TrustQuestion): Trust {
  const { first, others, role, anchor, lists, now } = question;
  const revocations = new pki.Revocations(lists);
  const named = pathByName(question);
  const top = anchor ?? named.at(-1) ?? first;
  const root = anchor ?? (isRoot(top) ? top : null);
  // Nobody issued it but itself, or nobody who is known.
  const isAlone = isSame(top, first) && (anchor === null || role === 'authority');
  const sent = [first, ...others].map(({ der }) => der);
  const verdict = isAlone
    ? (pki.certificateRefusal(first, role, now) ?? { kind: 'verified', path: [] })
    : pki.verifyChain({ sent, anchor: top, now, revocations, role });
  const refusal = verdict.kind === 'refused' ? verdict : null;
  const isBelow = (one: Certificate): boolean => one === first || !isSame(one, top);
  const below = verdict.kind === 'verified' ? verdict.path : isAlone ? [] : named.filter(isBelow);
  const path = root === null ? [...below, top] : below;
  const issuers = [...path, ...(root === null ? [] : [root])].filter(isAuthority);
  const problems = issuers.flatMap((issuer) => revocations.problemsOf(issuer, now));
  return { path, root, refusal, notes: [...problems, ...strangers(lists, issuers)] };
}

export function isAuthority({ basicConstraints }: Certificate): boolean {
  return basicConstraints?.isAuthority === true;
}

export function isSame(one: Certificate, other: Certificate): boolean {
  return Buffer.compare(one.der, other.der) === 0;
}

/** No server looks at more. */
const OTHERS_LOOKED_AT = 32;

/** From the first one upwards, as far as the issuers are there. */
function pathByName({ first, others, anchor }: TrustQuestion): readonly Certificate[] {
  const untried = new Set(others.slice(0, OTHERS_LOOKED_AT));
  const path = [first];
  for (let last = first; ;) {
    const name = last.issuer.key;
    const isEnd = name === last.subject.key || name === anchor?.subject.key;
    const next = isEnd ? undefined : [...untried].find(({ subject }) => subject.key === name);
    if (next === undefined) return path;
    untried.delete(next);
    path.push(next);
    last = next;
  }
}

function isRoot(certificate: Certificate): boolean {
  return isAuthority(certificate) && certificate.issuer.key === certificate.subject.key;
}

/** Who gives a list expects it to count. */
function strangers(
  lists: readonly RevocationList[],
  issuers: readonly Certificate[],
): readonly string[] {
  const known = new Set(issuers.map(({ subject }) => subject.key));
  return lists
    .filter(({ issuer }) => !known.has(issuer.key))
    .map(({ issuer }) => `a revocation list is of ${issuer.text}, who issued none of these`);
}
