/**
 * `console-stand-in.ts SOCKET LOSES --tmpdir DIR`: stands in for albatross-console. What it is told of by
 * `console-add` it reads and sends to those who subscribe, except every LOSES-th line if that is not 0; whoever
 * wants something else is connected to SOCKET.
 */
import {
  concatenate,
  decodeMessage,
  encodeFrame,
  FRAME_BYTES_MAX,
  readFrames,
  type WireHeader,
  type WireMessage,
  type WirePayload,
} from '@albatross/wire';
import { wireForm } from '@albatross/shared/domain/name';
import { once } from 'node:events';
import { constants, openSync, rmSync } from 'node:fs';
import { connect, createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { wireBytes } from '../../../harness/wire-bytes.ts';

const [to = '', losesText = '', ...words] = process.argv.slice(2);
const loses = Number(losesText);
const tmpdir = words[words.indexOf('--tmpdir') + 1] ?? '';
const path = join(tmpdir, 'util', 'console.sock');
/** Of each unikernel that it was told of. */
const subscribers = new Map<string, Set<Socket>>();
const LF = '\n'.charCodeAt(0);

// One that was killed has left it.
rmSync(path, { force: true });
createServer({ allowHalfOpen: true }, (outside) => {
  outside.on('error', () => undefined);
  void serve(outside).catch(() => outside.destroy());
}).listen({ path, backlog: 10 });

async function serve(outside: Socket): Promise<void> {
  const pieces = outside.iterator({ destroyOnReturn: false });
  for await (const frame of readFrames(pieces, { frameBytesMax: FRAME_BYTES_MAX })) {
    if (frame.kind === 'end') return;
    const message = decodeMessage(frame.bytes);
    if (!isServed(message, outside)) return relay(outside, frame.bytes);
  }
  outside.end();
}

/** False when it is nothing of this one's. */
function isServed({ header, payload }: WireMessage, outside: Socket): boolean {
  if (payload.kind !== 'command') return false;
  const { name } = header;
  if (payload.command.kind === 'console-add') {
    const fifo = openSync(
      join(tmpdir, 'fifo', wireForm(name)),
      constants.O_RDONLY | constants.O_NONBLOCK,
    );
    const those = new Set<Socket>();
    subscribers.set(name, those);
    outside.write(messageOf(header, { kind: 'reply', reply: { kind: 'empty' } }));
    void tell(new Socket({ fd: fifo }), header, those);
    return true;
  }
  const those = subscribers.get(name);
  if (payload.command.kind !== 'console-subscribe' || those === undefined) return false;
  those.add(outside);
  outside.on('close', () => those.delete(outside));
  const reply = { kind: 'string', text: 'subscribed' } as const;
  outside.write(messageOf(header, { kind: 'reply', reply }));
  return true;
}

/** Waits for those who receive it, as the original does. */
async function tell(fifo: Socket, header: WireHeader, those: ReadonlySet<Socket>): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let lines = 0;
  for await (const bytes of fifo as AsyncIterable<Buffer>) {
    const all = Buffer.concat([rest, bytes]);
    const frames: Uint8Array[] = [];
    let from = 0;
    for (let lf = all.indexOf(LF); lf >= 0; lf = all.indexOf(LF, from)) {
      lines += 1;
      const data = { kind: 'console', at: Date.now(), line: all.subarray(from, lf) } as const;
      if (loses === 0 || lines % loses !== 0)
        frames.push(messageOf(header, { kind: 'data', data }));
      from = lf + 1;
    }
    rest = all.subarray(from);
    for (const one of those) if (!one.write(Buffer.concat(frames))) await once(one, 'drain');
  }
}

function messageOf({ name }: WireHeader, payload: WirePayload): Uint8Array {
  return wireBytes({ header: { sequence: 0n, name }, payload });
}

function relay(outside: Socket, content: Uint8Array): void {
  const inside = connect({ path: to, allowHalfOpen: true });
  inside.on('error', () => undefined);
  inside.on('close', () => outside.destroy());
  outside.on('close', () => inside.destroy());
  inside.write(concatenate(encodeFrame([content])));
  outside.pipe(inside).pipe(outside);
}
