import {
  NameError,
  parseName,
  parseUnikernelName,
  type Name,
  type PathName,
} from '@albatross/shared/domain/name';
import type { WireCommand } from './command/command.ts';
import { decodeExtension } from './extension.ts';
import type { WirePolicy } from './policy.ts';
import { printable } from './printable.ts';
import { WireError } from './wire-error.ts';

/** What of a certificate says what its owner wants. */
export interface ChainCertificate {
  /** The last of its subject's common names; null when it has none. */
  readonly commonName: string | null;
  /** The value of the albatross extension; null when it has none. */
  readonly extension: Uint8Array | null;
}

/** What a client that has shown its certificates asks for. */
export interface ChainRequest {
  readonly name: Name;
  readonly command: WireCommand;
  /** Those that hold for it, from the root downwards. */
  readonly policies: readonly ChainPolicy[];
}

interface ChainPolicy {
  readonly path: PathName;
  readonly policy: WirePolicy;
}

/** The same, and by which of its certificates. */
export interface ChainReading<Certificate extends ChainCertificate> extends ChainRequest {
  readonly policies: readonly (ChainPolicy & { readonly certificate: Certificate })[];
}

/** The chain asks for nothing. The message is one line of printable ASCII. */
export class ChainError extends Error {
  override readonly name = 'ChainError';
}

/**
 * ```text
 * chain     = leaf *authority      ; each signed by the next, the last by the trust anchor, which is not in it
 * leaf      = command [CN]         ; CN: a label, or "." or ":" or none for the path itself
 * authority = policy-add CN        ; CN: a label; one without the extension is passed over
 * name      = the labels of the authorities, from the last to the first, and that of the leaf
 * ```
 *
 * Throws `ChainError` for all others.
 */
export function readChain<Certificate extends ChainCertificate>(
  chain: readonly Certificate[],
): ChainReading<Certificate> {
  const [leaf, ...authorities] = chain;
  if (leaf === undefined) throw new ChainError('no certificate was shown');
  const labels: string[] = [];
  const policies: (ChainPolicy & { readonly certificate: Certificate })[] = [];
  for (const certificate of authorities.toReversed()) {
    const policy = policyOf(certificate);
    if (policy === null) continue;
    labels.push(labelOf(certificate));
    policies.push({ path: pathOf(labels), policy, certificate });
  }
  const command = commandOf(leaf);
  if (command === null) throw new ChainError('the certificate has no albatross extension');
  const isPath = isWithoutLabel(leaf, command);
  const name = isPath ? pathOf(labels) : nameOf([...labels, labelOf(leaf)]);
  return { name, command, policies };
}

function policyOf(authority: ChainCertificate): WirePolicy | null {
  const command = commandOf(authority);
  if (command === null) return null;
  if (command.kind === 'policy-add') return command.policy;
  throw new ChainError(`an authority has the command ${command.kind}; it may only add a policy`);
}

function commandOf({ extension }: ChainCertificate): WireCommand | null {
  if (extension === null) return null;
  try {
    return decodeExtension(extension);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ChainError(`the albatross extension is wrong: ${error.message}`, { cause: error });
  }
}

/** Whether the leaf acts on the path. */
function isWithoutLabel({ commonName }: ChainCertificate, command: WireCommand): boolean {
  if (commonName !== null) return commonName === '.' || commonName === ':';
  if (!mayLackName(command)) throw new ChainError(`${command.kind} may not have an empty name`);
  return true;
}

function mayLackName({ kind }: WireCommand): boolean {
  return (
    kind === 'policy-info' || kind === 'block-info' || /^(unikernel|console|stats)-/.test(kind)
  );
}

function labelOf({ commonName }: ChainCertificate): string {
  if (commonName === null) throw new ChainError('an authority that adds a policy has no name');
  if (commonName.includes(':'))
    throw new ChainError('a common name is one label; this one has a colon');
  return checked(() => parseUnikernelName(commonName));
}

function pathOf(labels: readonly string[]): PathName {
  // With a colon at the end there is nothing else that it could be.
  return checked(() => parseName(`${labels.join(':')}:`)) as PathName;
}

function nameOf(labels: readonly string[]): Name {
  return checked(() => parseName(labels.join(':')));
}

function checked<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    const why = printable(error.message);
    throw new ChainError(`the certificates make no name: ${why}`, { cause: error });
  }
}
