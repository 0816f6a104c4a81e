import { StartError } from '@albatross/shared/runtime/run';
import { once } from 'node:events';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';

/** Where connections come from. */
export type Entrance =
  | { readonly kind: 'address'; readonly ip: string; readonly port: number }
  /** A socket that systemd listens on, handed over as this descriptor. */
  | { readonly kind: 'descriptor'; readonly fd: number };

export interface Listener extends AsyncDisposable {
  readonly isWell: boolean;
  readonly address: string;
  readonly port: number;
}

/** The kernel bounds it further: connections that wait there while the gateway is busy. */
const BACKLOG = 1_024;

/** Throws `StartError` when nobody can listen there. `onError` is told of what goes wrong with one connection. */
export async function listen(
  entrance: Entrance,
  onConnection: (socket: Socket) => void,
  onError: (error: Error) => void,
): Promise<Listener> {
  // Unread, for nothing may be held of those who wait.
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, onConnection);
  await open(server, entrance);
  server.on('error', onError);
  const at = server.address();
  const isTcp = at !== null && typeof at === 'object';
  return {
    address: isTcp ? at.address : (at ?? 'a socket of systemd'),
    port: isTcp ? at.port : 0,
    get isWell() {
      return server.listening;
    },
    [Symbol.asyncDispose]: async () => {
      // It is closed when all connections are, which others see to.
      server.close();
    },
  };
}

async function open(server: Server, entrance: Entrance): Promise<void> {
  try {
    await once(server.listen(optionsOf(entrance)), 'listening');
  } catch (error) {
    throw new StartError(whyNot(entrance, error));
  }
}

function optionsOf(entrance: Entrance): ListenOptions & { readonly fd?: number } {
  if (entrance.kind === 'descriptor') return { fd: entrance.fd, backlog: BACKLOG };
  const { ip: host, port } = entrance;
  return { host, port, backlog: BACKLOG, ipv6Only: false };
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'somebody listens there already',
  EACCES: 'that takes privileges; ports from 1024 on do not',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAFNOSUPPORT: 'this machine has no IPv6; --ip 0.0.0.0 is its own over IPv4',
  EINVAL: 'it is no socket to listen on',
  ENOTSOCK: 'it is no socket',
  EBADF: 'there is no such descriptor',
};

function whyNot(entrance: Entrance, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const why = WHY[code] ?? code;
  return entrance.kind === 'address'
    ? `cannot listen on ${entrance.ip}, port ${entrance.port}: ${why}`
    : `cannot listen on the descriptor ${entrance.fd} of systemd: ${why}`;
}
