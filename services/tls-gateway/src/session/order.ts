import type { WireCommand, WirePolicy } from '@albatross/wire';
import type { Name, PathName } from '@albatross/shared/domain/name';
import type { Requests } from '@albatross/shared/bus/bus';

/** What a client wants done, however it came in: in its certificate, or on a socket. */
export interface Order {
  readonly name: Name;
  readonly command: WireCommand;
  /** Of its chain of certificates, from the root downwards; none on a socket. */
  readonly policies: readonly ChainPolicy[];
  /** Asks in its name. */
  readonly requests: Requests;
  /** Which commands it may give: over TLS those of the original's endpoint, on a socket all. */
  readonly door: 'tls' | 'socket';
}

export interface ChainPolicy {
  readonly path: PathName;
  readonly policy: WirePolicy;
  /** When its certificate began to be valid, milliseconds since 1970. */
  readonly setAt: number;
}
