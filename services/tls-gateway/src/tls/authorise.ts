import { verifyChain, type ChainQuestion, type VerifiedChain } from '@albatross/pki';
import { ACTOR_LENGTH_MAX } from '@albatross/shared/bus/actor';
import type { Name } from '@albatross/shared/domain/name';
import { ChainError, printable, readChain, type WireCommand } from '@albatross/wire';
import { createHash } from 'node:crypto';
import type { ChainPolicy } from '../session/order.ts';
import type { SessionRefusal } from './refusal-reasons.ts';

/** What the certificates that a client sent entitle it to. */
export type Authorisation =
  | {
      readonly kind: 'authorised';
      readonly name: Name;
      readonly command: WireCommand;
      /** From the root downwards. */
      readonly policies: readonly ChainPolicy[];
      /** Who it is, in printable ASCII. */
      readonly actor: string;
      readonly path: VerifiedChain['path'];
    }
  | ({ readonly kind: 'refused' } & SessionRefusal);

export type AuthorisationQuestion = Omit<ChainQuestion, 'role'>;

/** Only what stands in certificates of the verified path counts; what else was sent is looked at by nobody. */
export function authorise(question: AuthorisationQuestion): Authorisation {
  const verdict = verifyChain(question);
  if (verdict.kind === 'refused')
    return { kind: 'refused', reason: verdict.reason, message: verdict.message };
  const { path } = verdict;
  try {
    const { name, command, policies } = readChain(path);
    const chainPolicies = policies.map(({ path: at, policy, certificate }) => ({
      path: at,
      policy,
      setAt: certificate.notBefore,
    }));
    return {
      kind: 'authorised',
      name,
      command,
      policies: chainPolicies,
      actor: actorOf(path),
      path,
    };
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    return { kind: 'refused', reason: 'chain', message: error.message };
  }
}

/**
 * ```abnf
 * actor = "tls:" 64HEXDIG ";" *(common-name "/") common-name   ; SHA-256 of the leaf; the names from the root downwards
 * ```
 */
function actorOf(path: VerifiedChain['path']): string {
  const digest = createHash('sha256').update(path[0].der).digest('hex');
  const names = path.toReversed().map(({ commonName }) => printable(commonName ?? ''));
  return `tls:${digest};${names.join('/')}`.slice(0, ACTOR_LENGTH_MAX);
}
