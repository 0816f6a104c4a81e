import { Failure } from '@albatross/shared/contracts/failures';
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  type PeerCertificate,
  type TLSSocket,
} from 'node:tls';
import { lost, unreachable, untrusted } from './connection-failures.ts';
import type { Credentials } from './credentials.ts';
import { describeServer, type HostPort } from './destination-options.ts';
import { HeldFlight } from './held-flight.ts';

/** How long is waited for what. */
export interface Patience {
  /** For a connection, over all addresses of a name. */
  readonly connectMs: number;
  /** Then for the server to show its certificate. */
  readonly handshakeMs: number;
  /** Without a byte in either direction, where one reply is expected. */
  readonly silenceMs: number;
}

export const CONNECT_MS_MAX = 15_000;
export const HANDSHAKE_MS_MAX = 15_000;
/** To end a unikernel and start another one may take a while, and what was sent before has to be inflated. */
export const SILENCE_MS_MAX = 180_000;

export const PATIENCE: Patience = {
  connectMs: CONNECT_MS_MAX,
  handshakeMs: HANDSHAKE_MS_MAX,
  silenceMs: SILENCE_MS_MAX,
};

/** Of a stream, on which nothing may come for long, to notice that there is nobody any more. */
const KEEP_ALIVE_MS = 60_000;

/** A connection to a server that is the right one. */
export interface Connection {
  readonly tls: TLSSocket;
  /** Below it: deadlines are set here. */
  readonly tcp: Socket;
}

/** Connects, and shows the certificates once the server has shown its own. Throws a `Failure`. */
export async function connect(
  server: HostPort,
  credentials: Credentials,
  patience: Patience,
): Promise<Connection> {
  const tcp = await reach(server, patience);
  tcp.setKeepAlive(true, KEEP_ALIVE_MS);
  tcp.setNoDelay();
  const held = new HeldFlight(tcp);
  try {
    const tls = await trust(server, held, credentials, patience);
    held.release();
    return { tls, tcp };
  } catch (error) {
    tcp.destroy();
    throw error;
  }
}

async function reach(server: HostPort, { connectMs }: Patience): Promise<Socket> {
  const { host, port } = server;
  const signal = AbortSignal.timeout(connectMs);
  const tcp = connectTcp({ host, port, autoSelectFamily: true });
  try {
    await once(tcp, 'connect', { signal });
    return tcp;
  } catch (error) {
    tcp.on('error', () => undefined).destroy();
    const why = signal.aborted ? `no answer within ${connectMs / 1000} s` : error;
    throw unreachable(server, why);
  }
}

async function trust(
  server: HostPort,
  socket: HeldFlight,
  { certificatesPem, keyPem, serverCaPem }: Credentials,
  { handshakeMs }: Patience,
): Promise<TLSSocket> {
  const { host } = server;
  const tls = connectTls({
    socket,
    minVersion: 'TLSv1.3',
    ca: serverCaPem,
    cert: certificatesPem,
    key: keyPem,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    checkServerIdentity: (_, certificate) => identityError(host, certificate),
  });
  // Whoever waits for it or reads from it is told.
  tls.on('error', () => undefined);
  try {
    await untilSecure(tls, server, handshakeMs);
    return tls;
  } catch (error) {
    tls.destroy();
    if (error instanceof Failure) throw error;
    // A plain property: what asks the library itself may end the program once a handshake has failed.
    throw isRefused(tls) ? untrusted(server, error) : lost(server, error);
  }
}

/** Rejects also when there is an end instead of an error; with a `Failure` when there is nothing in time. */
async function untilSecure(tls: TLSSocket, server: HostPort, handshakeMs: number): Promise<void> {
  const done = new AbortController();
  const { signal } = done;
  // Not `AbortSignal.timeout`: in Node 20 one that is read from no more is collected, and never comes.
  const deadline = setTimeout(() => done.abort(late(server, handshakeMs)), handshakeMs);
  const ended = once(tls, 'close', { signal }).then(() => {
    throw new Error('it was closed');
  });
  try {
    await Promise.race([once(tls, 'secureConnect', { signal }), ended]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(deadline);
    done.abort();
  }
}

function late(server: HostPort, handshakeMs: number): Failure {
  const why = `${describeServer(server)} does not speak TLS, or too slowly: no answer within ${handshakeMs / 1000} s`;
  return new Failure('DEADLINE_EXCEEDED', why);
}

function isRefused({ authorizationError }: TLSSocket): boolean {
  // The type says that there is always one.
  return (authorizationError as unknown) != null;
}

/**
 * A certificate that says for which hosts it is has to be for this one. Those that the original generates
 * say nothing of the kind: that they lead to the authority is all there is.
 */
export function identityError(host: string, certificate: PeerCertificate): Error | undefined {
  const { subjectaltname } = certificate;
  if (subjectaltname === undefined || !/(?:^|, )(?:DNS|IP Address):/.test(subjectaltname))
    return undefined;
  return checkServerIdentity(host, certificate);
}
