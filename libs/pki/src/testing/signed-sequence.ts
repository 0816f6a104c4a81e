import { concatenate, contextTag, decodeDer, der, TAG } from '@albatross/wire';
import { sign } from 'node:crypto';
import type { PrivateKey } from '../private-key.ts';

export interface SignedSequence {
  readonly content: Uint8Array;
  /** The same request with these attributes, signed by an ed25519 key. */
  readonly signAgain: (key: PrivateKey, attributes: readonly der.Encoded[]) => Uint8Array;
}

/** A signing request taken apart, for tests that put it together in other ways. */
export function signedSequence(request: Uint8Array): SignedSequence {
  const { content, parts, algorithm } = decodeDer(request, (whole) =>
    whole.sequence((signed) => {
      const { value, bytes } = signed.withBytes((info) =>
        info.sequence((list) => [list.any().bytes, list.any().bytes, list.any().bytes, list.any()]),
      );
      const algorithm = signed.any().bytes;
      signed.any();
      return { content: bytes, parts: value.slice(0, 3) as Uint8Array[], algorithm };
    }),
  );
  const signAgain: SignedSequence['signAgain'] = (key, attributes) => {
    const changed = concatenate(der.sequence([parts, der.sequence(attributes, contextTag(0))]));
    const signature = sign(null, changed, key.key);
    const bits = der.sequence([[Uint8Array.of(0), signature]], TAG.bitString);
    return concatenate(der.sequence([[changed], [algorithm], bits]));
  };
  return { content, signAgain };
}
