import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const HOST = '127.0.0.1';
const RETRY_MS = 10;

/** A loopback port that nobody listens on now: `wanted` if that is free, else any. */
export async function freePort(wanted = 0): Promise<number> {
  const probe = createServer();
  try {
    await once(probe.listen(wanted, HOST), 'listening');
  } catch (error) {
    if (wanted !== 0) return await freePort();
    throw error;
  }
  const address = probe.address();
  await once(probe.close(), 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}

/** Resolves once somebody listens there; false when nobody does until the deadline. */
export async function untilListening(port: number, deadlineMs: number): Promise<boolean> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const socket = connect(port, HOST);
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      if (Date.now() > end) return false;
      await sleep(RETRY_MS);
    } finally {
      socket.destroy();
    }
  }
}
