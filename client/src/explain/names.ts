import {
  ChainError,
  encodeExtension,
  readChain,
  type ChainCertificate,
  type ChainReading,
} from '@albatross/wire';
import type { Pki } from '../issuing.ts';
import type { ExplainedRefusal } from './explanation.ts';
import { ruleRefusal } from './gateway-rules.ts';
import { knownFailure } from './supervisor-rules.ts';

/** What a chain asks for, or why that is nothing. */
export type Names =
  | { readonly kind: 'read'; readonly reading: ChainReading<ChainCertificate> }
  | { readonly kind: 'refused'; readonly message: string };

/** `isAuthority`: the first one signs others, and is read as if somebody below it asked for the least. */
export function readNames(path: readonly ChainCertificate[], isAuthority: boolean): Names {
  const chain = isAuthority ? [ANYBODY, ...path] : path;
  try {
    return { kind: 'read', reading: readChain(chain) };
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    return { kind: 'refused', message: error.message };
  }
}

const ANYBODY: ChainCertificate = {
  commonName: '.',
  extension: encodeExtension({ kind: 'policy-info' }),
};

/** Why a server that trusts a chain would not do what it asks for: the first that is found. Null asks for nothing. */
export function refusalsOf(pki: Pki, names: Names | null): readonly ExplainedRefusal[] {
  if (names === null) return [];
  if (names.kind === 'refused') {
    const remedy = 'have it signed again, from a request that was made with --csr';
    return [{ by: 'chain', reason: 'chain', message: names.message, remedy }];
  }
  const { reading } = names;
  const rule = ruleRefusal(reading.name, reading.command);
  if (rule !== null) return [{ by: 'gateway', ...rule }];
  const failure = knownFailure(pki, reading);
  return failure === null ? [] : [{ ...failure, remedy: null }];
}
