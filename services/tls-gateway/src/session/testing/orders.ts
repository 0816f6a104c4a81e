import { parseName } from '@albatross/shared/domain/name';
import type { WireArgs, WireCommand, WireConfig, WireHeader } from '@albatross/wire';
import assert from 'node:assert/strict';
import { carryOut } from '../carry-out.ts';
import type { ChainPolicy, Order } from '../order.ts';
import type { StreamSystem } from '../subscribers.ts';
import { Subscribers } from '../subscribers.ts';
import { ToyClient } from './toy-client.ts';
import type { ToyRequests } from './toy-requests.ts';

/** A unikernel as the original's client describes it when nothing is said. */
export const MINIMAL_ARGS: WireArgs = {
  startup: null,
  addName: true,
  fail: { kind: 'quit' },
  cpuids: [0],
  memory: 32,
  blocks: [],
  nets: [],
  arguments: [],
  vcpus: 1,
  linuxBoot: null,
};

export function writtenConfig(changes: Partial<WireConfig> = {}): WireConfig {
  return { ...MINIMAL_ARGS, typ: 'solo5', compressed: false, image: Uint8Array.of(1), ...changes };
}

/** Nobody follows anything. */
export const NO_STREAMS: StreamSystem = {
  bus: {
    follow: () => () => assert.fail('nothing is followed'),
    flush: async () => undefined,
    onReconnect: () => () => undefined,
    isUp: true,
  },
  subscribers: new Subscribers(),
};

interface Given {
  readonly name: string;
  readonly command: WireCommand;
  readonly door?: Order['door'];
  readonly policies?: readonly ChainPolicy[];
  readonly frames?: ToyClient['frames'];
  readonly sequence?: bigint;
}

/** Has something carried out; what it came to is what the client was sent. */
export async function carriedOut(requests: ToyRequests, given: Given): Promise<ToyClient> {
  const { order, client } = prepared(requests, given);
  await carryOut(order, client, NO_STREAMS);
  return client;
}

export function prepared(
  requests: ToyRequests,
  given: Given,
): { readonly order: Order; readonly client: ToyClient } {
  const { command, door = 'tls', policies = [], frames, sequence = 0n } = given;
  const name = parseName(given.name);
  const header: WireHeader = { sequence, name };
  const client = frames === undefined ? new ToyClient(header) : new ToyClient(header, frames);
  return { order: { name, command, policies, requests, door }, client };
}
