import { REFUSAL_REASONS, type RefusalReason } from '@albatross/pki';

/** Why a session came to nothing, beside what is wrong with its certificates. Programs read the reason; people, the message. */
const OWN_REASONS = {
  chain: 'The certificates are good, and ask for nothing that can be done.',
  'not-tls': 'What was sent is no TLS.',
  'tls-version': 'The client speaks no TLS 1.3, and nothing else is spoken here.',
  'certificate-too-large':
    'The certificates of the client are larger than are read from a stranger.',
  'client-gone': 'The client went away before it had shown who it is.',
  'handshake-failed': 'The TLS handshake failed for another reason.',
  'handshake-deadline': 'The client did not show in time who it is.',
  'too-many-large-certificates':
    'Others were showing certificates that large, so there was no room for those of this client.',
  'too-many-handshakes':
    'So many clients were showing who they are that there was no turn for this one.',
  'too-many-from-address':
    'Of all addresses this one had the most clients that had not shown who they are, and others came.',
  'too-many-connections':
    'There are as many connections as there may be, of all clients or of this address.',
  'too-many-sessions': 'As many clients are served as can be.',
} as const;

export type SessionRefusalReason = RefusalReason | keyof typeof OWN_REASONS;

/** What is counted in heartbeats. */
export const REASON_CLASSES = ['certificate', 'handshake', 'load'] as const;
export type ReasonClass = (typeof REASON_CLASSES)[number];

export interface SessionRefusal {
  readonly reason: SessionRefusalReason;
  /** One line of printable ASCII. */
  readonly message: string;
}

/** For a reason of which there is nothing more to say. */
export function plainRefusal(reason: SessionRefusalReason): SessionRefusal {
  return { reason, message: sentenceOf(reason) };
}

export function reasonClassOf(reason: SessionRefusalReason): ReasonClass {
  if (Object.hasOwn(REFUSAL_REASONS, reason) || reason === 'chain') return 'certificate';
  return reason.startsWith('too-many-') ? 'load' : 'handshake';
}

function sentenceOf(reason: SessionRefusalReason): string {
  return isOwn(reason) ? OWN_REASONS[reason] : REFUSAL_REASONS[reason];
}

function isOwn(reason: SessionRefusalReason): reason is keyof typeof OWN_REASONS {
  return Object.hasOwn(OWN_REASONS, reason);
}
