import { ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Talk } from '../../talk.ts';

/** Between two sweeps nothing comes for longer. */
const QUIET_MS = 150;
const QUIET_DEADLINE_MS = 20_000;

/** Somebody who subscribed to the statistics of all, and takes them sweep by sweep. */
export class SweepFrames implements AsyncDisposable {
  readonly #talk: Talk;
  /** The one that comes next; within something, or to have it would be to wait for it. */
  #next: { readonly frame: Promise<Uint8Array> };

  private constructor(talk: Talk) {
    this.#talk = talk;
    this.#next = this.#ask();
  }

  /** Resolves between two sweeps. */
  static async follow(path: string): Promise<SweepFrames> {
    const talk = await Talk.begin(path, ROOT, { kind: 'stats-subscribe' });
    try {
      const payload = await talk.next();
      assert.deepEqual(payload, { kind: 'reply', reply: { kind: 'string', text: 'subscribed' } });
      const self = new SweepFrames(talk);
      await self.#untilQuiet();
      return self;
    } catch (error) {
      await talk[Symbol.asyncDispose]();
      throw error;
    }
  }

  async next(): Promise<Uint8Array> {
    const { frame } = this.#next;
    const bytes = await frame;
    this.#next = this.#ask();
    return bytes;
  }

  async #untilQuiet(): Promise<void> {
    const end = performance.now() + QUIET_DEADLINE_MS;
    for (;;) {
      const { frame } = this.#next;
      if ((await Promise.race([frame, sleep(QUIET_MS, null)])) === null) return;
      assert.ok(performance.now() < end, 'its sweeps take as long as there is between them');
      this.#next = this.#ask();
    }
  }

  #ask(): { readonly frame: Promise<Uint8Array> } {
    const frame = this.#talk.nextFrame();
    // Nobody may want it any more.
    frame.catch(() => undefined);
    return { frame };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#talk[Symbol.asyncDispose]();
  }
}
