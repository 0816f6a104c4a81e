import { Failure } from '@albatross/shared/contracts/failures';
import {
  isPathName,
  labelOf,
  labelsOf,
  parseUnikernelName,
  ROOT,
  type Name,
} from '@albatross/shared/domain/name';
import type { WireCommand } from '@albatross/wire';

/** As a certificate is called that is for the path of its authority. */
const OWN_PATH = '.';

/**
 * What the certificate of a command is called: the label of what it is about; `.` for the path of the
 * authority that signs it, from whose certificates the path comes. A policy is called by the label of its
 * path. Throws a `Failure` `USAGE_INVALID` for a name that only the certificates could say.
 */
export function commonNameOf({ name, command }: { name: Name; command: WireCommand }): string {
  const label = labelsOf(name).at(-1);
  const isPolicy = command.kind === 'policy-add';
  if (label === undefined && isPolicy)
    throw new Failure('USAGE_INVALID', 'the policy of the root is set on the host itself only');
  const isOwnPath = name === `${OWN_PATH}:` && !isPolicy;
  if (label === undefined || isOwnPath) return OWN_PATH;
  if (label === OWN_PATH)
    throw new Failure(
      'USAGE_INVALID',
      `with --destination or --csr "." is the path of the certificates, and no name; give another one instead of ${JSON.stringify(name)}`,
    );
  const isLabelled = isPolicy || !isPathName(name);
  if (isLabelled && labelsOf(name).length === 1) return label;
  const right = isLabelled ? `give ${JSON.stringify(label)} alone` : 'leave it out';
  throw new Failure(
    'USAGE_INVALID',
    `with --destination or --csr the path comes from the certificates; instead of ${JSON.stringify(name)} ${right}, and sign with the authority of that path`,
  );
}

/** What would have been asked for with a certificate that is for this, a name in full. */
export function askedWith(name: Name): Name {
  return isPathName(name) ? ROOT : parseUnikernelName(labelOf(name));
}

/** What a server told of; a single one it tells with the path of the certificates, and it is shown as it was asked for. */
export function shownName(asked: Name, told: Name): Name {
  return labelsOf(told).at(-1) === labelsOf(asked).at(-1) ? asked : told;
}
