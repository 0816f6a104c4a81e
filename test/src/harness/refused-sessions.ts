import { eventually } from '@albatross/shared/bus/testing/asserts';
import type { MessageOf } from '@albatross/shared/contracts/feed';
import { refusedFeed } from '@albatross/shared/contracts/refused';
import assert from 'node:assert/strict';
import type { Minted } from '../../../services/tls-gateway/src/testing/mint.ts';
import type { Endpoint } from './endpoint.ts';

/** Counts those whom a test has turned away, and hears what the gateway tells of them on the bus. */
export class RefusedSessions {
  readonly published: MessageOf<typeof refusedFeed>[] = [];
  readonly #endpoint: Endpoint;
  readonly #expected = new Map<string, number>();

  private constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  static async follow(endpoint: Endpoint): Promise<RefusedSessions> {
    const self = new RefusedSessions(endpoint);
    const { bus } = await endpoint.system.administrator();
    bus.followProcesses(refusedFeed, {
      onMessage: (message) => void self.published.push(message),
      onDropped: (count) => assert.fail(`${count} were dropped`),
    });
    await bus.flush();
    return self;
  }

  /** Asserts that the session is refused for that, told so, and that everything stands as it stood. */
  async isTurnedAway(chain: readonly Minted[], reason: string, words: RegExp): Promise<void> {
    await this.#endpoint.leavesNothing(chain, reason, words);
    const before = this.#expected.get(reason) ?? 0;
    this.#expected.set(reason, before + 1);
    // The first of each reason is logged at once.
    if (before > 0) return;
    const record = this.#endpoint.gateway.log.find(
      (one) => one.msg === 'session refused' && one['reason'] === reason,
    );
    assert.ok(record !== undefined, reason);
    assert.match(String(record['message']), words);
  }

  /** Asserts that each of them was told of once; those of the last minute are when the gateway ends. */
  async assertAllTold(): Promise<void> {
    await eventually('all are told of', () =>
      [...this.#expected].every(([reason, count]) => (this.#told().get(reason) ?? 0) >= count),
    );
    assert.deepEqual(this.#told(), this.#expected);
    for (const { address, process } of this.published)
      assert.deepEqual([address, process], ['127.0.0.1', 'tls-gateway']);
  }

  #told(): Map<string, number> {
    const sums = new Map<string, number>();
    for (const { reason, times } of this.published)
      sums.set(reason, (sums.get(reason) ?? 0) + times);
    return sums;
  }
}
