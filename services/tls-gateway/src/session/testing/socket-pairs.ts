import { generateAuthority } from '@albatross/pki';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';

/** Two ends of one connection, which are closed with it. */
export interface SocketPair extends AsyncDisposable {
  /** The gateway's. */
  readonly ours: Socket;
  readonly theirs: Socket;
  /** As when their program is killed with unread bytes. */
  readonly reset: () => void;
}

export async function tcpPair(): Promise<SocketPair> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const theirs = connectSocket({ port: portOf(server.address()), allowHalfOpen: true });
  const [ours] = await accepted;
  if (theirs.connecting) await once(theirs, 'connect');
  return pairOf(ours, { theirs, carrier: theirs }, server);
}

/** Both are behind the handshake, of TLS 1.3. */
export async function tlsPair(): Promise<SocketPair> {
  await using folder = await TemporaryFolder.make();
  const files = await generateAuthority({
    name: 'ca',
    server: 'server',
    folder: folder.path,
    databaseFile: folder.file('database'),
    keyType: 'ed25519',
    days: 1,
    serverDays: 1,
    now: Date.now(),
  });
  const [key, cert, ca] = await Promise.all(
    [files.serverKeyFile, files.serverCertificateFile, files.certificateFile].map(
      async (path) => await readFile(path),
    ),
  );
  assert.ok(key !== undefined && cert !== undefined && ca !== undefined);
  const server = createTlsServer({ key, cert, allowHalfOpen: true, minVersion: 'TLSv1.3' });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'secureConnection') as Promise<[Socket]>;
  const socket = connectSocket({ port: portOf(server.address()), allowHalfOpen: true });
  const theirs = connectTls({ socket, ca, checkServerIdentity: () => undefined });
  theirs.allowHalfOpen = true;
  const [ours] = await accepted;
  return pairOf(ours, { theirs, carrier: socket }, server);
}

function portOf(address: unknown): number {
  assert.ok(typeof address === 'object' && address !== null && 'port' in address);
  return Number(address.port);
}

function pairOf(
  ours: Socket,
  { theirs, carrier }: { readonly theirs: Socket; readonly carrier: Socket },
  server: { close: (done: () => void) => unknown },
): SocketPair {
  // What becomes of it is seen at our end.
  theirs.on('error', () => undefined);
  return {
    ours,
    theirs,
    reset: () => carrier.resetAndDestroy(),
    [Symbol.asyncDispose]: async () => {
      for (const socket of [ours, theirs]) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(resolve);
      });
    },
  };
}
