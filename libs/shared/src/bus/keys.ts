import { nkeys } from 'nats';

export interface KeyPair {
  /** Begins with `SU`; whoever holds it is that identity. */
  readonly seed: string;
  /** Begins with `U`; stands in the server's configuration. */
  readonly publicKey: string;
}

export function generateKey(): KeyPair {
  return pairOf(nkeys.createUser());
}

/** Throws when the text is no nkey seed. */
export function readKey(seed: string): KeyPair {
  return pairOf(nkeys.fromSeed(new TextEncoder().encode(seed.trim())));
}

function pairOf(pair: ReturnType<typeof nkeys.createUser>): KeyPair {
  return { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
}
