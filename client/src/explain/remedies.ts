import type { RefusalReason } from '@albatross/pki';

/** What would be right, in the words of who can do something about it. */
export const REMEDIES: Readonly<Record<RefusalReason, string>> = {
  'no-certificate': 'show one',
  malformed: 'have it issued again',
  'too-many-certificates': 'leave only those between it and the authority of the server',
  'unknown-issuer':
    'put the certificates of its issuers behind it, nearest first, or name with --ca the authority that the server trusts',
  'bad-signature': 'it was changed, or another authority has the same name; have it issued again',
  expired: 'have it signed again',
  'not-yet-valid': 'wait, or set the clock of the host right that signed it',
  version: 'have it issued again, as version 3',
  'ca-as-leaf': 'sign a command with it, and show that',
  'not-a-ca': 'sign with an authority: the certificate of a policy, or what generate made',
  'key-usage': 'have it issued again, by albatross sign',
  'extended-key-usage':
    'have it issued again, by albatross sign, from a request for what it is for',
  'unknown-critical-extension': 'have it issued without, or with that one not critical',
  'name-constraints': 'have the authority issued without name constraints',
  'weak-key': 'make a new key, and have it signed',
  'weak-signature': 'have it signed again, with SHA-256 or longer',
  'path-too-long': 'sign with an authority that is nearer to that of the server',
  'path-length': 'sign with an authority that is nearer to that of the server',
  revoked: 'ask its issuer for another',
  'revocation-unknown': 'get the list of its issuer again',
};
