import { deferred } from '@albatross/shared/bus/deferred';
import { Failure } from '@albatross/shared/contracts/failures';
import {
  addProcess,
  removeProcess,
  statsFeed,
  type Sample,
} from '@albatross/shared/contracts/stats';
import {
  isPathName,
  pathOf,
  type Name,
  type PathName,
  type UnikernelName,
} from '@albatross/shared/domain/name';
import { encodeFrame, encodeMessage, relativeName } from '@albatross/wire';
import { once } from 'node:events';
import { send, type Client } from './client.ts';
import type { Order } from './order.ts';
import type { StreamSystem } from './subscribers.ts';
import { wireStatistics } from './wire-statistics.ts';

/**
 * Sends each sample of a unikernel, or of those at and below a path, until the client has enough. Of a
 * client that takes them too slowly the bus throws the oldest away: there will be newer ones. Throws a
 * `Failure` when the bus is not there, or a newer stream takes the place.
 */
export async function subscribeStats(
  { name }: Order,
  client: Client,
  { bus, subscribers }: StreamSystem,
): Promise<void> {
  using subscription = subscribers.add('stats', name, client.silent);
  const { over } = subscription;
  if (!bus.isUp) throw new Failure('BUS_UNREACHABLE', 'the connection to the bus is lost');
  const path = isPathName(name) ? name : pathOf(name);
  const replied = deferred();
  let writing = Promise.resolve();
  const unfollow = bus.follow(statsFeed, name, {
    onMessage: async (sample) => {
      await replied.promise;
      if (over.aborted) return;
      const frame = frameOf(sample, path);
      // Whoever takes nothing has gone, and then it is over.
      writing = client.write(frame).catch(() => undefined);
      await writing;
    },
    onDropped: () => undefined,
  });
  try {
    // A subscription that is lost here is made again with the connection.
    await bus.flush().catch(() => undefined);
    subscription.throwIfReplaced();
    await send(client, { kind: 'reply', reply: { kind: 'string', text: 'subscribed' } });
    replied.resolve();
    if (!over.aborted) await once(over, 'abort');
  } finally {
    unfollow();
    replied.resolve();
  }
  await writing;
  subscription.throwIfReplaced();
}

/** Has a process sampled that no supervisor of ours started. Throws a `Failure`. */
export async function addStats({ name, command, requests }: Order, client: Client): Promise<void> {
  if (command.kind !== 'stats-add') throw new TypeError(`${command.kind} is no such command`);
  const { pid, taps } = command;
  if (pid < 1) throw new Failure('REQUEST_INVALID', `no process has the number ${pid}`);
  await requests.request(addProcess, {
    name: unikernelName(name),
    pid,
    nets: taps.map(({ bridge, tap }) => ({ name: bridge, tap })),
  });
  await send(client, { kind: 'reply', reply: { kind: 'string', text: 'added' } });
}

/** Ends what `addStats` began. Throws a `Failure`. */
export async function removeStats({ name, requests }: Order, client: Client): Promise<void> {
  await requests.request(removeProcess, { name: unikernelName(name) });
  await send(client, { kind: 'reply', reply: { kind: 'string', text: 'removed' } });
}

function frameOf(sample: Sample, path: PathName): readonly Uint8Array[] {
  return encodeFrame(
    encodeMessage({
      // As the original has it: only replies have the sequence of their command.
      header: { sequence: 0n, name: relativeName(sample.name, path) },
      payload: { kind: 'data', data: { kind: 'statistics', statistics: wireStatistics(sample) } },
    }),
  );
}

function unikernelName(name: Name): UnikernelName {
  if (!isPathName(name)) return name;
  throw new Failure(
    'NAME_INVALID',
    `${name} is a path, and a process is sampled under a name that ends in a label`,
  );
}
