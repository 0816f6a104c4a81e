import type { WireCommand } from '@albatross/wire';

/** Why no server would do this for a certificate; null when it may. With what can be done instead. */
export function whyNotThere(command: WireCommand, kind: 'csr' | 'remote'): string | null {
  switch (command.kind) {
    case 'policy-add':
      return kind === 'csr'
        ? null
        : 'a policy gets to a server in the certificate of an authority only: add-policy with --csr, then sign the request';
    case 'policy-remove':
      return `no server removes a policy for a certificate; ${ON_THE_HOST}, and revoke its certificate`;
    case 'stats-add':
    case 'stats-remove':
    case 'stats-initial':
      return `no server samples other processes for a certificate; ${ON_THE_HOST}`;
    case 'console-add':
      return 'no server adds a console for a certificate';
    default:
      return null;
  }
}

const ON_THE_HOST = 'do it on the host itself, without --destination and --csr';
