import { consolesWithin } from '@albatross/shared/bus/console/list';
import { ConsoleStream, type ConsoleBus } from '@albatross/shared/bus/console/stream';
import type { Requests } from '@albatross/shared/bus/bus';
import type { HistoryStart } from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import { isPathName, type Name } from '@albatross/shared/domain/name';
import { relativeName } from '@albatross/wire';
import { send, type Client } from './client.ts';
import { ConsoleLines } from './console-lines.ts';
import type { Order } from './order.ts';
import type { StreamSystem } from './subscribers.ts';

/**
 * The last lines of a console that nobody told of are sent that late. Each look costs the console service
 * a whole history read, and there may be many streams.
 */
export const STREAM_LOOK_MS = 60_000;

type Command = Order['command'];
type Subscribe = Extract<Command, { readonly kind: 'console-subscribe' }>;

/**
 * Sends what is kept of a console, from where the client wants it, and then what is printed, until the
 * client has enough. Resolves too when the bus fails for good: what was sent is right, and there is no
 * reply to make. Throws a `Failure` when nothing can be sent, or a newer stream takes the place.
 */
export async function subscribeConsole(
  order: Order,
  client: Client,
  system: StreamSystem,
): Promise<void> {
  const { name, command, requests } = order;
  if (command.kind !== 'console-subscribe')
    throw new TypeError(`${command.kind} is no such command`);
  if (isPathName(name)) throw pathGiven(name);
  const from = startOf(command.from);
  using subscription = system.subscribers.add('console', name, client.silent);
  const { over } = subscription;
  const lines = new ConsoleLines(client, over);
  let isReplied = false;
  const onBegun = async ({ isNothing }: { readonly isNothing: boolean }): Promise<void> => {
    if (over.aborted) return;
    isReplied = true;
    const text = isNothing ? 'waiting for VM' : 'subscribed';
    await send(client, { kind: 'reply', reply: { kind: 'string', text } });
  };
  const stream = new ConsoleStream(inTheNameOf(requests, system), name, lines, STREAM_LOOK_MS);
  try {
    await stream.follow(from, { signal: over, onNothing: () => undefined, onBegun });
  } catch (error) {
    if (!isReplied || !(error instanceof Failure)) throw error;
  }
  await lines.idle();
  subscription.throwIfReplaced();
}

/** Replies with the consoles that are kept of what does not run any more. Throws a `Failure`. */
export async function listInactive({ name, requests }: Order, client: Client): Promise<void> {
  if (!isPathName(name))
    throw new Failure(
      'NAME_INVALID',
      `inactive consoles are those of a path, and ${name} is a unikernel`,
    );
  const consoles = await consolesWithin(requests, name);
  const names = consoles
    .filter(({ isActive }) => !isActive)
    .map((console) => relativeName(console.name, name));
  await send(client, { kind: 'reply', reply: { kind: 'consoles', names } });
}

/** What the original takes but what makes it count for ever, as far as numbers go. Throws a `Failure`. */
function startOf(from: Subscribe['from']): HistoryStart {
  if (from.kind === 'since') return { kind: 'since', at: Math.max(0, from.at) };
  if (from.lines < 0n)
    throw new Failure('REQUEST_INVALID', `a console has no ${from.lines} lines; 0 is the least`);
  const count = from.lines > LINES_MOST ? LINES_MOST : from.lines;
  return { kind: 'count', count: Number(count) };
}

const LINES_MOST = BigInt(Number.MAX_SAFE_INTEGER);

function inTheNameOf(requests: Requests, { bus }: StreamSystem): ConsoleBus {
  return {
    request: async (contract, body, options) => await requests.request(contract, body, options),
    follow: (feed, name, options) => bus.follow(feed, name, options),
    flush: async () => await bus.flush(),
    onReconnect: (listener) => bus.onReconnect(listener),
  };
}

function pathGiven(name: Name): Failure {
  return new Failure(
    'NAME_INVALID',
    `${name} is a path, and only a unikernel has a console; its name ends in a label`,
  );
}
