import type { Role } from '@albatross/pki';
import type { Name, PathName } from '@albatross/shared/domain/name';
import type { PolicyJson } from '../configuration-json.ts';
import type { CommandFacts } from './command-words.ts';

/** What programs get. Times are as RFC 3339. */
export interface Explanation {
  readonly file: string;
  readonly kind: Role | 'request';
  /** For when this holds. */
  readonly at: string;
  /** Whether a server would carry it out, as far as that can be told here; of a request, whether it is worth signing. */
  readonly accepted: boolean;
  /** In the order in which a server comes upon them. */
  readonly refusals: readonly ExplainedRefusal[];
  /** From the root downwards; none of a request. */
  readonly certificates: readonly ExplainedCertificate[];
  /** Null of certificates. */
  readonly request: ExplainedRequest | null;
  /** In full: whom the command is about, or the path that an authority signs for. Null where there is none. */
  readonly name: Name | null;
  readonly trust: ExplainedTrust;
  /** How many were looked at; null when none were given. */
  readonly revocationLists: number | null;
  /** What to know beside that; each is a line. */
  readonly notes: readonly string[];
  /** When the first of the certificates does; null of a request. */
  readonly expiresAt: string | null;
}

export interface ExplainedRefusal {
  /** Who would refuse: whoever verifies the certificates, reads what they ask for, or is to do it. */
  readonly by: 'certificates' | 'chain' | 'gateway' | 'policies' | 'supervisor';
  /** For programs. */
  readonly reason: string;
  readonly message: string;
  /** What would be right; null where the message says it. */
  readonly remedy: string | null;
}

export interface ExplainedTrust {
  /** Null: nobody said which authority the server trusts. */
  readonly file: string | null;
  /** The subject of that authority. */
  readonly authority: string | null;
}

/** What a certificate carries for albatross, or would. */
export interface Carried {
  /** Of whom the policy is; null where there is none, or the chain makes no name. */
  readonly path: PathName | null;
  readonly policy: PolicyJson | null;
  readonly command: CommandFacts | null;
  /** Why it cannot be read; null when it can, or there is nothing. */
  readonly problem: string | null;
}

export interface ExplainedCertificate extends Carried {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** As `ed25519` or `rsa2048`. */
  readonly key: string;
  readonly isAuthority: boolean;
  readonly isTrusted: boolean;
  /** Of a server, other names of its host; null when it has none. */
  readonly hosts: string | null;
}

export interface ExplainedRequest extends Carried {
  readonly subject: string;
  readonly key: string;
}
