import type { Bus } from '@albatross/shared/bus/bus';
import { endpoint } from '@albatross/shared/bus/serve';
import type { HistoryStart } from '@albatross/shared/contracts/console';
import { eventFeed, listEvents, type EventRecord } from '@albatross/shared/contracts/event';
import type { ReplyOf } from '@albatross/shared/contracts/request';
import { isPathName, isWithin, parseName, type Name } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';

const PAGE = 3;

export function failed(seq: number, name = 'foo:hello'): EventRecord {
  return {
    type: 'failed',
    seq,
    id: seq.toString(16).padStart(16, '0'),
    at: seq * 1000,
    name: parseName(name),
    actor: 'supervisor',
    requestId: null,
    why: `event ${seq}`,
  };
}

/** An event log, which does as a test says. */
export class ToyEventLog {
  readonly #bus: Bus;
  events: EventRecord[];
  /** Called before every answer. */
  beforeAnswer: (from: HistoryStart) => Promise<void> | void = () => undefined;
  readonly asked: HistoryStart[] = [];

  private constructor(bus: Bus, events: EventRecord[]) {
    this.#bus = bus;
    this.events = events;
  }

  static async start(bus: Bus, events: EventRecord[]): Promise<ToyEventLog> {
    const self = new ToyEventLog(bus, events);
    await bus.serve({
      service: 'supervisor',
      version: '1.0.0',
      endpoints: [endpoint(listEvents, async ({ name, from }) => await self.#answer(name, from))],
      onDrop: (subject, why) => assert.fail(`${subject}: ${why}`),
    });
    return self;
  }

  /** Records an event for each name that no follower is told of. */
  recordUntold(...names: readonly string[]): EventRecord[] {
    const next = (this.events.at(-1)?.seq ?? 0) + 1;
    const recorded = names.map((name, index) => failed(next + index, name));
    this.events.push(...recorded);
    return recorded;
  }

  record(...names: readonly string[]): void {
    for (const event of this.recordUntold(...names)) this.tell(event);
  }

  tell(event: EventRecord): void {
    this.#bus.publish(eventFeed, event.name, event);
  }

  async #answer(name: Name, from: HistoryStart): Promise<ReplyOf<typeof listEvents>> {
    this.asked.push(from);
    await this.beforeAnswer(from);
    const about = this.events.filter((event) =>
      isPathName(name) ? isWithin(event.name, name) : event.name === name,
    );
    const wanted = about.filter(({ seq, at }, index) => {
      switch (from.kind) {
        case 'count':
          return index >= about.length - from.count;
        case 'since':
          return at >= from.at;
        case 'after':
          return seq > from.seq;
      }
    });
    return {
      events: wanted.slice(0, PAGE),
      more: wanted.length > PAGE,
      first: this.events[0]?.seq ?? null,
      last: this.events.at(-1)?.seq ?? null,
    };
  }
}
