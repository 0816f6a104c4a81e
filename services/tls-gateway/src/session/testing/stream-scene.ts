import type { Bus, Requests } from '@albatross/shared/bus/bus';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { ToyConsole } from '@albatross/shared/bus/testing/toy-console';
import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import type { Identity } from '@albatross/shared/contracts/identities';
import { parseName } from '@albatross/shared/domain/name';
import type { Order } from '../order.ts';
import { Subscribers, type StreamSystem } from '../subscribers.ts';

/** A server, a console service, and the bus of a gateway that counts what is left behind on it. */
export class StreamScene implements AsyncDisposable {
  readonly server: RealServer;
  readonly toy: ToyConsole;
  readonly gateway: Bus;
  readonly subscribers: Subscribers;
  /** Subscriptions, and listeners for a connection that is back. */
  followed = 0;
  listening = 0;
  readonly #console: Bus;

  private constructor(
    parts: Readonly<{ server: RealServer; toy: ToyConsole; gateway: Bus; console: Bus }>,
    subscribers: Subscribers,
  ) {
    this.server = parts.server;
    this.toy = parts.toy;
    this.gateway = parts.gateway;
    this.#console = parts.console;
    this.subscribers = subscribers;
  }

  static async set(
    entries: Readonly<Record<string, ConsoleEntry[]>> = {},
    {
      identity = 'tls-gateway',
      subscribers = new Subscribers(),
    }: { readonly identity?: Identity; readonly subscribers?: Subscribers } = {},
  ): Promise<StreamScene> {
    const server = await RealServer.start();
    const [console, gateway] = [await server.connect('console'), await server.connect(identity)];
    const toy = await ToyConsole.start(console);
    for (const [name, of] of Object.entries(entries)) toy.of(name, of);
    return new StreamScene({ server, toy, gateway, console }, subscribers);
  }

  get system(): StreamSystem {
    const { gateway } = this;
    return {
      subscribers: this.subscribers,
      bus: {
        get isUp() {
          return gateway.isUp;
        },
        flush: async () => await gateway.flush(),
        follow: (feed, name, options) => {
          this.followed += 1;
          const unfollow = gateway.follow(feed, name, options);
          return () => {
            this.followed -= 1;
            unfollow();
          };
        },
        onReconnect: (listener) => {
          this.listening += 1;
          const forget = gateway.onReconnect(listener);
          return () => {
            this.listening -= 1;
            forget();
          };
        },
      },
    };
  }

  order(name: string, command: Order['command']): Order {
    const requests = this.gateway.inTheNameOf('tls:00ff;tenant');
    return orderOf(name, command, requests);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const bus of [this.gateway, this.#console]) await bus[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

export function orderOf(name: string, command: Order['command'], requests: Requests): Order {
  return { name: parseName(name), command, policies: [], requests, door: 'tls' };
}
