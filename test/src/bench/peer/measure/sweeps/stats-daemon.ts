import { parseUnikernelName, ROOT, type Name } from '@albatross/shared/domain/name';
import {
  decodeMessage,
  FRAME_BYTES_MAX,
  readFrames,
  type Frame,
  type WireMessage,
  type WirePayload,
} from '@albatross/wire';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { wireBytes } from '../../../../harness/wire-bytes.ts';

export interface Registered {
  readonly name: string;
  readonly pid: number;
  readonly tap: string;
}

const SILENCE_MS = 30_000;
/** As the crowd's own. */
const DEVICE = 'service';

/** What albatross-stats takes for albatrossd: it announces itself there, and is told of processes. */
export class StatsDaemon implements AsyncDisposable {
  readonly #server: Server;
  #socket: Socket | null = null;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#socket = socket;
    });
  }

  static async listen(path: string): Promise<StatsDaemon> {
    const server = createServer();
    const self = new StatsDaemon(server);
    await once(server.listen(path), 'listening');
    return self;
  }

  /** Resolves when it has taken each of them, one after the other. The connection stays, as the daemon's does. */
  async tell(processes: readonly Registered[]): Promise<void> {
    const socket = await this.#connected();
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('albatross-stats is silent')));
    const pieces = socket.iterator({ destroyOnReturn: false });
    const frames = readFrames(pieces, { frameBytesMax: FRAME_BYTES_MAX });
    const { header, payload } = await nextMessage(frames);
    assert.deepEqual(payload, { kind: 'command', command: { kind: 'stats-initial' } });
    assert.equal(header.name, ROOT);
    socket.write(messageOf(header, { kind: 'reply', reply: { kind: 'empty' } }));
    for (const [index, { name, pid, tap }] of processes.entries()) {
      const about = { sequence: BigInt(index + 1), name: parseUnikernelName(name) };
      const taps = [{ bridge: DEVICE, tap }];
      const command = { kind: 'stats-add', vmmDevice: '', pid, taps } as const;
      socket.write(messageOf(about, { kind: 'command', command }));
      const reply = await nextMessage(frames);
      assert.equal(reply.header.sequence, about.sequence);
      assert.equal(reply.payload.kind, 'reply', `${name} was not added`);
    }
    socket.setTimeout(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#socket?.destroy();
    await closed;
  }

  /** It may have come already. */
  async #connected(): Promise<Socket> {
    const signal = AbortSignal.timeout(SILENCE_MS);
    if (this.#socket === null) await once(this.#server, 'connection', { signal });
    return this.#socket ?? assert.fail('nobody connected');
  }
}

async function nextMessage(frames: AsyncIterator<Frame, void>): Promise<WireMessage> {
  const { value: frame } = await frames.next();
  assert.ok(frame?.kind === 'content', 'albatross-stats hung up');
  return decodeMessage(frame.bytes);
}

function messageOf(
  header: { readonly sequence: bigint; readonly name: Name },
  payload: WirePayload,
): Uint8Array {
  return wireBytes({ header, payload });
}
