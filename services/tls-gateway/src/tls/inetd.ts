import { StartError } from '@albatross/shared/runtime/run';
import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';

/** The one connection that inetd hands over, as stdin. Throws `StartError` when that is no socket. */
export function takeConnection(fd = 0): Socket {
  if (!isSocket(fd))
    throw new StartError(
      'stdin is no socket; --inetd is for a server that starts one process for each',
    );
  const socket = new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
  // It may go before anybody looks after it.
  return socket.on('error', () => undefined);
}

function isSocket(fd: number): boolean {
  try {
    return fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}
