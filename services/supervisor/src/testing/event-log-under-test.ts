import type { EventDraft, EventRecord } from '@albatross/shared/contracts/event';
import { parseName, ROOT, type Name } from '@albatross/shared/domain/name';
import { EventLog } from '../events/event-log.ts';

export const failed = (name: string | Name, why: string): EventDraft => ({
  type: 'failed',
  name: parseName(name),
  actor: 'supervisor',
  requestId: null,
  why,
});

/** A log, what it was told of, and a clock that stands still unless it is moved. */
export class EventLogUnderTest implements Disposable {
  readonly log: EventLog;
  readonly told: EventRecord[] = [];
  readonly defects: string[];
  readonly clock: { now: number };

  private constructor(log: EventLog, defects: string[], clock: { now: number }) {
    this.log = log;
    this.defects = defects;
    this.clock = clock;
    log.onRecorded = (event) => void this.told.push(event);
  }

  static async open(folder: string, bootId = 'this-boot'): Promise<EventLogUnderTest> {
    const defects: string[] = [];
    const clock = { now: 1000 };
    const onDefect = (error: unknown): void => void defects.push(String(error));
    const log = await EventLog.open({ folder, now: () => clock.now, onDefect, bootId });
    return new EventLogUnderTest(log, defects, clock);
  }

  /** Records failures for these reasons, one after the other. */
  record(...reasons: readonly string[]): this {
    for (const why of reasons) this.log.record(failed('hello', why));
    return this;
  }

  /** Everything in the log, page by page. */
  all(): readonly EventRecord[] {
    const events: EventRecord[] = [];
    for (let more = true; more;) {
      const from = { kind: 'after', seq: events.at(-1)?.seq ?? 0 } as const;
      const page = this.log.list({ name: ROOT, from });
      events.push(...page.events);
      ({ more } = page);
    }
    return events;
  }

  /** `1 one`, `2 lost 7` */
  shown(): readonly string[] {
    return this.all().map(show);
  }

  [Symbol.dispose](): void {
    this.log[Symbol.dispose]();
  }
}

export function show(event: EventRecord): string {
  if (event.type === 'failed') return `${event.seq} ${event.why}`;
  return event.type === 'lost' ? `${event.seq} lost ${event.count}` : `${event.seq} ${event.type}`;
}
