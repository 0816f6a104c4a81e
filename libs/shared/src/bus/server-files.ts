import { IDENTITIES, type Identity } from '../contracts/identities.ts';
import { generateKey, readKey } from './keys.ts';
import { renderServerConfig } from './server-config.ts';

/** What stands in the files of a bus. */
export interface ServerFiles {
  /** Of each identity: its seed, in a line. */
  readonly keys: Readonly<Record<Identity, string>>;
  /** The configuration of nats-server. */
  readonly config: string;
  /** Where it is, in a line. */
  readonly url: string;
}

export interface ServerFilesOptions {
  readonly port: number;
  /** The folder where it keeps streams; absolute. */
  readonly storeDir: string;
  /** What stands in the file of an identity's key; null where there is none, and a new one is made. */
  readonly keys: Readonly<Record<Identity, string | null>>;
}

/** A file that should hold a key holds none. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly identity: Identity;

  constructor(identity: Identity) {
    super(`this is no key of ${identity}`);
    this.identity = identity;
  }
}

/** Keys that are there stay as they are. Throws `KeyError`. */
export function serverFiles({ port, storeDir, keys }: ServerFilesOptions): ServerFiles {
  const pairs = IDENTITIES.map((identity) => [identity, pairOf(identity, keys[identity])] as const);
  const each = <T>(of: (pair: ReturnType<typeof pairOf>) => T) =>
    Object.fromEntries(pairs.map(([identity, pair]) => [identity, of(pair)])) as Record<
      Identity,
      T
    >;
  return {
    keys: each(({ text }) => text),
    config: renderServerConfig({ port, storeDir, keys: each(({ publicKey }) => publicKey) }),
    url: `nats://127.0.0.1:${port}\n`,
  };
}

function pairOf(identity: Identity, text: string | null) {
  if (text === null) {
    const { seed, publicKey } = generateKey();
    return { text: `${seed}\n`, publicKey };
  }
  try {
    return { text, publicKey: readKey(text).publicKey };
  } catch {
    throw new KeyError(identity);
  }
}

/** The port in what tells where a bus is; null when there is none. */
export function portIn(url: string): number | null {
  const port = Number(/:(\d{1,5})\s*$/.exec(url)?.[1] ?? 0);
  return port >= 1 && port <= 65_535 ? port : null;
}
