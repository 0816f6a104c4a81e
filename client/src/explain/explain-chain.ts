import type { Certificate, RevocationList, Role } from '@albatross/pki';
import { X509Certificate } from 'node:crypto';
import { timeText, type Pki } from '../issuing.ts';
import { carriedBy } from './carried.ts';
import type { ExplainedCertificate, ExplainedRefusal, Explanation } from './explanation.ts';
import { readNames, refusalsOf } from './names.ts';
import { REMEDIES } from './remedies.ts';
import { isAuthority, isSame, judge, type Trust } from './trust.ts';

export interface ChainToExplain {
  readonly file: string;
  readonly first: Certificate;
  readonly others: readonly Certificate[];
  /** Which authority the server trusts; null when nobody said. */
  readonly trusted: { readonly file: string; readonly anchor: Certificate } | null;
  /** Null when none were given. */
  readonly lists: readonly RevocationList[] | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What certificates allow whoever has the key of the first one, and why a server would refuse them. */
export function explainChain(pki: Pki, chain: ChainToExplain): Explanation {
  const { file, first, others, trusted, lists, now } = chain;
  const role = roleOf(first);
  const anchor = trusted?.anchor ?? null;
  const trust = judge(pki, { first, others, role, anchor, lists: lists ?? [], now });
  const names = role === 'server' ? null : readNames(trust.path, role === 'authority');
  const refusals = [...refusalsOfTrust(trust), ...refusalsOf(pki, names)];
  const reading = names?.kind === 'read' ? names.reading : null;
  const shown = [...(trust.root === null ? [] : [trust.root]), ...trust.path.toReversed()];
  const pathOf = (one: Certificate) =>
    reading?.policies.find(({ certificate }) => certificate === one)?.path ?? null;
  return {
    file,
    kind: role,
    at: timeText(now),
    accepted: refusals.length === 0,
    refusals,
    certificates: shown.map((one) => ({
      ...describe(pki, one),
      ...carriedBy(one.extension, pathOf(one)),
      isTrusted: anchor !== null && isSame(one, anchor),
    })),
    request: null,
    name: reading?.name ?? null,
    trust: { file: trusted?.file ?? null, authority: anchor?.subject.text ?? null },
    revocationLists: lists?.length ?? null,
    notes: [...trust.notes, ...passedOver(chain, shown)],
    expiresAt: timeText(Math.min(...shown.map(({ notAfter }) => notAfter))),
  };
}

/** By what it says of itself: whether it is one, a server decides. */
function roleOf(certificate: Certificate): Role {
  if (isAuthority(certificate)) return 'authority';
  const { extension, extendedKeyUsage } = certificate;
  return extension === null && extendedKeyUsage?.has(SERVER_AUTH) === true ? 'server' : 'client';
}

/** id-kp-serverAuth */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

function refusalsOfTrust({ refusal }: Trust): readonly ExplainedRefusal[] {
  if (refusal === null) return [];
  const { reason, message } = refusal;
  return [{ by: 'certificates', reason, message, remedy: REMEDIES[reason] }];
}

function describe(
  pki: Pki,
  certificate: Certificate,
): Pick<ExplainedCertificate, 'subject' | 'issuer' | 'serial' | 'notBefore' | 'notAfter' | 'key'> &
  Pick<ExplainedCertificate, 'isAuthority' | 'hosts'> {
  const { subject, issuer, serial, notBefore, notAfter, publicKey } = certificate;
  return {
    subject: subject.text,
    issuer: issuer.text,
    serial,
    notBefore: timeText(notBefore),
    notAfter: timeText(notAfter),
    key: pki.keyTypeText(publicKey.der),
    isAuthority: isAuthority(certificate),
    hosts: certificate.hasAlternativeNames ? hostsOf(certificate) : null,
  };
}

function hostsOf({ der }: Certificate): string | null {
  try {
    return new X509Certificate(der).subjectAltName ?? null;
  } catch {
    // OpenSSL reads less than we do.
    return null;
  }
}

function passedOver({ others }: ChainToExplain, shown: readonly Certificate[]): readonly string[] {
  return others
    .filter((other) => !shown.some((one) => isSame(one, other)))
    .map(
      ({ subject }) => `the certificate ${subject.text} is in the file, and has no part in this`,
    );
}
