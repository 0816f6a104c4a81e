import type { SigningRequest } from '@albatross/pki';
import { encodeExtension } from '@albatross/wire';
import { timeText, type Pki } from '../issuing.ts';
import { carried } from './carried.ts';
import type { Explanation } from './explanation.ts';
import { readNames, refusalsOf } from './names.ts';

export interface RequestToExplain {
  readonly file: string;
  readonly request: SigningRequest;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What a certificate would carry that is made of a signing request. Names are as if the authority that a
 * server trusts signed it: those of another are below its path.
 */
export function explainRequest(pki: Pki, { file, request, now }: RequestToExplain): Explanation {
  const { subject, publicKey, command } = request;
  const { commonName } = subject;
  const extension = command === null ? null : encodeExtension(command);
  const isAuthority = command?.kind === 'policy-add';
  const names = extension === null ? null : readNames([{ commonName, extension }], isAuthority);
  const refusals = refusalsOf(pki, names);
  const reading = names?.kind === 'read' ? names.reading : null;
  const path = reading?.policies[0]?.path ?? null;
  return {
    file,
    kind: 'request',
    at: timeText(now),
    accepted: refusals.length === 0,
    refusals,
    certificates: [],
    request: {
      subject: subject.text,
      key: pki.keyTypeText(publicKey),
      ...carried(command, path),
    },
    name: reading?.name ?? null,
    trust: { file: null, authority: null },
    revocationLists: null,
    notes: [],
    expiresAt: null,
  };
}
