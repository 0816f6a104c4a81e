import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Nobody answers a packet to an address where nothing is, so one try ends after this. */
export const TCP_TRY_MS = 2_000;
const RETRY_MS = 200;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Resolves when somebody there has accepted a connection, or with the signal. `onTrouble` is told why each try
 * failed.
 */
export async function untilAccepted(
  address: Address,
  signal: AbortSignal,
  onTrouble: (why: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    const why = await tryOnce(address, signal);
    if (why === null || signal.aborted) return;
    onTrouble(why);
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Null when it was accepted. */
async function tryOnce({ host, port }: Address, signal: AbortSignal): Promise<string | null> {
  return await new Promise<string | null>((resolve) => {
    const socket = connect({ host, port });
    const end = (why: string | null): void => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(why);
    };
    const stop = (): void => end('interrupted');
    signal.addEventListener('abort', stop, { once: true });
    socket.setTimeout(TCP_TRY_MS, () => end(`no answer within ${TCP_TRY_MS / 1000} s`));
    socket.once('connect', () => end(null));
    // Stays: one that comes after the end is nobody's.
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
