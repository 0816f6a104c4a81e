/**
 * `stats-stand-in.ts LOSES --tmpdir DIR [--interval SECONDS]`: stands in for albatross-stats, beside a daemon that
 * tells it of processes. Of those it leaves out the last LOSES in each sweep.
 */
import type { Name } from '@albatross/shared/domain/name';
import {
  decodeMessage,
  FRAME_BYTES_MAX,
  readFrames,
  type WireCommand,
  type WireMessage,
  type WirePayload,
} from '@albatross/wire';
import { readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wireBytes } from '../../../harness/wire-bytes.ts';

type Added = Extract<WireCommand, { kind: 'stats-add' }>;

const [losesText = '', ...words] = process.argv.slice(2);
const folder = join(words[words.indexOf('--tmpdir') + 1] ?? '', 'util');
const intervalMs = words.includes('--interval')
  ? Number(words[words.indexOf('--interval') + 1]) * 1000
  : 10_000;
const processes = new Map<Name, Added>();
const subscribers = new Set<Socket>();
/** Between two samples: what is between the first and the last is more than what it computes. */
const REST_MS = 1;

// One that was killed has left it.
rmSync(join(folder, 'stat.sock'), { force: true });
createServer((socket) => void eachMessage(socket, subscribe)).listen({
  path: join(folder, 'stat.sock'),
  backlog: 10,
});
const daemon = connect(join(folder, 'vmmd.sock'));
daemon.write(messageOf(':' as Name, 0n, { kind: 'command', command: { kind: 'stats-initial' } }));
void eachMessage(daemon, register);
setInterval(() => void sweep(), intervalMs);

/** Who is away, or was never there, says nothing. */
async function eachMessage(
  socket: Socket,
  take: (message: WireMessage, from: Socket) => void,
): Promise<void> {
  try {
    for await (const frame of readFrames(socket, { frameBytesMax: FRAME_BYTES_MAX }))
      if (frame.kind === 'content') take(decodeMessage(frame.bytes), socket);
  } catch {
    socket.destroy();
  }
}

function subscribe({ header }: WireMessage, from: Socket): void {
  subscribers.add(from);
  from.on('close', () => subscribers.delete(from));
  const reply = { kind: 'string', text: 'subscribed' } as const;
  from.write(messageOf(header.name, header.sequence, { kind: 'reply', reply }));
}

function register({ header, payload }: WireMessage, from: Socket): void {
  if (payload.kind !== 'command' || payload.command.kind !== 'stats-add') return;
  processes.set(header.name, payload.command);
  const reply = { kind: 'string', text: 'added' } as const;
  from.write(messageOf(header.name, header.sequence, { kind: 'reply', reply }));
}

async function sweep(): Promise<void> {
  for (const [name, added] of [...processes].slice(0, processes.size - Number(losesText))) {
    const bytes = messageOf(name, 0n, { kind: 'data', data: sampleOf(added) });
    for (const subscriber of subscribers) subscriber.write(bytes);
    await sleep(REST_MS);
  }
}

/** What it is looked at for, and nothing else. */
function sampleOf({ pid, taps }: Added): Extract<WirePayload, { kind: 'data' }>['data'] {
  const rss = BigInt(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1] ?? 0);
  const never = { seconds: 0n, microseconds: 0 };
  const rusage = { utime: never, stime: never, maxrss: rss, ...zeros(...OF_RUSAGE) };
  const mem = { rss, cow: 0, start: never, ...zeros(...OF_MEM) };
  const interfaces = taps.map(({ bridge, tap }) => ({
    bridge,
    flags: 0,
    sendLength: 0,
    maxSendLength: 0,
    sendDrops: 0,
    mtu: Number(readFileSync(`/sys/class/net/${tap}/mtu`, 'latin1')),
    ...zeros(...OF_INTERFACE),
  }));
  return { kind: 'statistics', statistics: { rusage, interfaces, vmm: null, mem } };
}

function zeros<const Keys extends readonly string[]>(...keys: Keys): Record<Keys[number], bigint> {
  return Object.fromEntries(keys.map((key) => [key, 0n])) as Record<Keys[number], bigint>;
}

function messageOf(name: Name, sequence: bigint, payload: WirePayload): Uint8Array {
  return wireBytes({ header: { sequence, name }, payload });
}

const OF_RUSAGE = [
  'ixrss',
  'idrss',
  'isrss',
  'minflt',
  'majflt',
  'nswap',
  'inblock',
  'outblock',
  'msgsnd',
  'msgrcv',
  'nsignals',
  'nvcsw',
  'nivcsw',
] as const;
const OF_MEM = ['vsize', 'tsize', 'dsize', 'ssize', 'runtime'] as const;
const OF_INTERFACE = [
  'baudrate',
  'inputPackets',
  'inputErrors',
  'outputPackets',
  'outputErrors',
  'collisions',
  'inputBytes',
  'outputBytes',
  'inputMcast',
  'outputMcast',
  'inputDropped',
  'outputDropped',
] as const;
