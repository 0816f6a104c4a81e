import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Of a stream, how much is waited for; everything, unless it is said. */
export interface Patience {
  readonly frames: number;
}

export interface Presented {
  /** Of a socket that leads to it. */
  readonly path: string;
  /** In PEM, the leaf first. */
  readonly chain: string;
  readonly key: string;
  /** What is said behind the certificates. */
  readonly content: Uint8Array;
}

/** What our TLS endpoint answers to whoever shows these certificates. */
export async function answerToCertificate(shown: Presented, until?: Patience): Promise<Buffer> {
  const { path, chain, key, content } = shown;
  const socket = connectTls({
    path,
    cert: chain,
    key,
    // Who the endpoint is, is tried with our client.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
  });
  socket.write(content);
  return await heard(socket, until);
}

/** What our socket answers to this. `endsItself`: as the original's client does behind a policy. */
export async function answerAtSocket(
  path: string,
  said: Uint8Array,
  { endsItself, until }: { readonly endsItself: boolean; readonly until?: Patience | undefined },
): Promise<Buffer> {
  const socket = connectSocket(path);
  socket.write(said);
  if (endsItself) socket.end();
  return await heard(socket, until);
}

/** The frames of a stream, without their lengths; what is cut off is none. */
export function framesIn(stream: Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(stream);
  const frames: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    frames.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return frames;
}

async function heard(socket: Socket, until?: Patience): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const closed = once(socket, 'close');
  socket.on('error', () => undefined);
  socket.on('data', (piece: Buffer) => {
    pieces.push(piece);
    if (until !== undefined && framesIn(Buffer.concat(pieces)).length >= until.frames)
      socket.destroy();
  });
  await closed;
  return Buffer.concat(pieces);
}
