import type { Bus } from '@albatross/shared/bus/bus';
import { consoleFeed, type ConsoleEntry } from '@albatross/shared/contracts/console';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { encodeFeedMessage } from './feed-message.ts';
import type { Carrier } from './feed.ts';

/** The feed's own connection to the bus, which is there later than what it is to carry, and closed after it. */
export class LateBus implements Carrier, AsyncDisposable {
  #bus: Bus | null = null;

  /** It is closed here. */
  open(bus: Bus): void {
    this.#bus = bus;
  }

  onReconnect(listener: () => void): void {
    this.#bus?.onReconnect(listener);
  }

  send(name: UnikernelName, entries: ConsoleEntry[]): boolean {
    if (this.#bus?.isUp !== true) return false;
    return this.#bus.publishEncoded(consoleFeed, name, encodeFeedMessage(name, entries));
  }

  async flush(): Promise<void> {
    await this.#bus?.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bus?.[Symbol.asyncDispose]();
  }
}
