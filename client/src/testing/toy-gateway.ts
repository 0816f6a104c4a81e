import { generateAuthority, openIssuer, issueLeaf, type Leaf } from '@albatross/pki';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { readChunks, readFrames, type WireCommand } from '@albatross/wire';
import { on, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Credentials } from '../remote/credentials.ts';

/** An authority, which is the root, with a server, in a folder of their own. */
export class ToyAuthority implements AsyncDisposable {
  readonly folder: TemporaryFolder;

  private constructor(folder: TemporaryFolder) {
    this.folder = folder;
  }

  static async make(server = 'server'): Promise<ToyAuthority> {
    const folder = await TemporaryFolder.make();
    const databaseFile = folder.file('ca.db');
    const lasting = { keyType: null, days: 30, serverDays: 30, now: Date.now() };
    await generateAuthority({ name: 'ca', server, folder: folder.path, databaseFile, ...lasting });
    return new ToyAuthority(folder);
  }

  async read(name: string): Promise<string> {
    return await readFile(this.folder.file(name), 'latin1');
  }

  async credentials(command: WireCommand, commonName = 'hello'): Promise<Credentials> {
    const files = {
      certificateFile: this.folder.file('cacert.pem'),
      keyFile: this.folder.file('ca.key'),
    };
    const issuer = await openIssuer(files, Date.now());
    const wanted = { command, commonName, keyType: 'ed25519', now: Date.now() } as const;
    const { certificatesPem, keyPem }: Leaf = await issueLeaf(issuer, wanted);
    return { certificatesPem, keyPem, serverCaPem: await this.read('cacert.pem') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
  }
}

/** Plays its part when a client has connected. */
export type Part = (socket: TLSSocket) => void | Promise<void>;

/** A TLS server that takes any client, remembers what it was shown and told, and answers as a test wants. */
export class ToyGateway implements AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();
  /** The certificate that each client showed, in DER. */
  readonly shown: Uint8Array[] = [];
  /** What all clients said behind it. */
  heard = Buffer.alloc(0);

  private constructor(server: Server, host: string) {
    this.#server = server;
    this.host = host;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(
    files: { readonly read: (name: string) => Promise<string> },
    part: Part,
    { server: name = 'server', host = '127.0.0.1', ecdhCurve = 'auto' } = {},
  ): Promise<ToyGateway> {
    const server = createServer({
      cert: await files.read(`${name}.pem`),
      key: await files.read(`${name}.key`),
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
      ecdhCurve,
    });
    server.listen(0, host);
    await once(server, 'listening');
    const gateway = new ToyGateway(server, host);
    server.on('tlsClientError', () => undefined);
    server.on('secureConnection', (socket) => gateway.#serve(socket, part));
    return gateway;
  }

  #serve(socket: TLSSocket, part: Part): void {
    this.#sockets.add(socket);
    const { raw } = socket.getPeerCertificate();
    // There is none when the client did not show one.
    if ((raw as Buffer | undefined) !== undefined) this.shown.push(raw);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => (this.heard = Buffer.concat([this.heard, bytes])));
    void Promise.resolve(part(socket)).catch(() => socket.destroy());
  }

  get destination(): string {
    return `${this.host}:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Says this, and closes. */
export function saying(bytes: Uint8Array): Part {
  return (socket) => {
    socket.end(bytes);
  };
}

/** What a client sends behind its certificate, until it says that this is all. */
export async function contentFrom(socket: TLSSocket): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readChunks(readFrames(heardBy(socket), { frameBytesMax: 65_536 })))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Leaves the socket as it is when nobody wants more of it. */
async function* heardBy(socket: TLSSocket): AsyncGenerator<Uint8Array, void> {
  for await (const [bytes] of on(socket, 'data')) yield bytes as Uint8Array;
}
