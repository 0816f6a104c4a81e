import type { Certificate, Revocations, RevocationStatus, VerifiedChain } from '@albatross/pki';
import type { Connection } from '../session/connection.ts';
import { plainRefusal, type SessionRefusal } from './refusal-reasons.ts';

/** Clients that are served at the same time. */
export const SESSIONS_MAX = 768;
/** Of all their certificates: the image in one is held until it was handed on. */
export const SESSIONS_CERTIFICATE_BYTES_MAX = 134_217_728;

interface Session {
  readonly path: VerifiedChain['path'];
  readonly address: string;
  readonly connection: Connection;
}

/** Those who have shown who they are, as long as they are served. */
export class Sessions {
  readonly #sessions = new Set<Session>();
  #total = 0;
  #certificateBytes = 0;
  /** Wakes who waits for the end of all. */
  #wake: (() => void) | null = null;

  get counts(): {
    readonly active: number;
    readonly total: number;
    readonly certificateBytes: number;
  } {
    const active = this.#sessions.size;
    return { active, total: this.#total, certificateBytes: this.#certificateBytes };
  }

  hasRoomFor(path: VerifiedChain['path']): boolean {
    const bytes = this.#certificateBytes + bytesOf(path);
    return this.#sessions.size < SESSIONS_MAX && bytes <= SESSIONS_CERTIFICATE_BYTES_MAX;
  }

  /** Until it is disposed of. */
  begin(session: Session): Disposable {
    const bytes = bytesOf(session.path);
    this.#sessions.add(session);
    this.#total += 1;
    this.#certificateBytes += bytes;
    return {
      [Symbol.dispose]: () => {
        if (!this.#sessions.delete(session)) return;
        this.#certificateBytes -= bytes;
        if (this.#sessions.size === 0) this.#wake?.();
      },
    };
  }

  endRevoked(
    revocations: Revocations,
    anchor: Certificate,
    onEnded: (address: string, refusal: SessionRefusal) => void,
  ): void {
    for (const { path, address, connection } of this.#sessions) {
      const status = statusOf(path, anchor, revocations);
      if (connection.gone.aborted || status === 'good') continue;
      onEnded(address, plainRefusal(status === 'revoked' ? 'revoked' : 'revocation-unknown'));
      // Without a word: it may be in the middle of one.
      connection[Symbol.dispose]();
    }
  }

  /** Resolves when there is none. */
  async allOver(): Promise<void> {
    if (this.#sessions.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  endAll(): void {
    for (const { connection } of this.#sessions) connection[Symbol.dispose]();
  }
}

/** Of what is nearest to the anchor, and not good. */
function statusOf(
  path: VerifiedChain['path'],
  anchor: Certificate,
  revocations: Revocations,
): RevocationStatus {
  for (let at = path.length - 1; at >= 0; at -= 1) {
    const status = revocations.statusOf(path[at] ?? path[0], path[at + 1] ?? anchor);
    if (status !== 'good') return status;
  }
  return 'good';
}

function bytesOf(path: VerifiedChain['path']): number {
  return path.reduce((sum, { der }) => sum + der.length, 0);
}
