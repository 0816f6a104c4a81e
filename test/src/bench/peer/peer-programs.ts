import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';

/** As the original installs them. */
export const PEER_PROGRAMS = [
  'albatrossd',
  'albatross-console',
  'albatross-stats',
  'albatross-tls-endpoint',
  'albatross-client',
] as const;

export type PeerProgram = (typeof PEER_PROGRAMS)[number];

/** The original's programs in one folder, as far as they are there. */
export class PeerPrograms {
  readonly #folder: string;

  constructor(folder: string) {
    // Some are started elsewhere.
    this.#folder = resolve(folder);
  }

  path(program: PeerProgram): string {
    return join(this.#folder, program);
  }

  /** Why nothing can be measured that needs all of these; null when it can. */
  whyNot(needed: readonly PeerProgram[]): string | null {
    const missing = needed.filter((program) => !this.#has(program));
    return missing.length === 0 ? null : `${this.#folder} has no ${missing.join(', no ')}`;
  }

  #has(program: PeerProgram): boolean {
    try {
      accessSync(this.path(program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  }
}
