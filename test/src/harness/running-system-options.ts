import type { OwnNetwork } from './own-network.ts';
import type { Tenders } from './tender-path.ts';

export interface RunningSystemOptions {
  /** The only tenders it can find. */
  readonly tenders: Tenders;
  /** Where everything lives; by default `dir` in a new folder that everybody may enter. */
  readonly dir?: string;
  /** The repository it is run from; by default this one. */
  readonly checkout?: string;
  /** Words in front of its command, to start it somewhere else than here. */
  readonly inside?: readonly string[];
  /** Where it and the client run; by default, in the network of the machine. */
  readonly network?: OwnNetwork;
  /** Who runs it and the client; by default whoever runs the tests. */
  readonly user?: OrdinaryUser;
}

/** Somebody else than root, with what Debian gives to users: no sbin in PATH. */
export interface OrdinaryUser {
  readonly uid: number;
  readonly home: string;
}
