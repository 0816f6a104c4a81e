import { ROOT } from '@albatross/shared/domain/name';
import { encodeFrame } from '@albatross/wire';
import { once } from 'node:events';
import { Connection, type ConnectionOptions } from '../connection.ts';
import type { SocketPair } from './socket-pairs.ts';

export const MIB = 2 ** 20;
export const HEADER = { sequence: 7n, name: ROOT };
const OPTIONS = { frameBytesMax: MIB, silenceMsMax: 60_000, writeMsMax: 60_000 };

export function connect(
  { ours }: SocketPair,
  options: Partial<ConnectionOptions> = {},
): Connection {
  return new Connection(ours, { ...OPTIONS, ...options });
}

export function frame(length: number): readonly Uint8Array[] {
  return encodeFrame([new Uint8Array(length).fill(1)]);
}

export async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
