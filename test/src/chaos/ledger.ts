import type { EventRecord } from '@albatross/shared/contracts/event';
import type { Name } from '@albatross/shared/domain/name';
import type { Answer } from './answers.ts';

/** A request that changes something, and what became of it. */
export interface Entry {
  readonly id: string;
  /** `unikernel.create` */
  readonly what: string;
  readonly name: Name;
  answer: Answer<unknown> | null;
}

type EventType = EventRecord['type'];

/** The event that tells of a request, and how many of them there are once it was carried out. */
const TOLD: Readonly<Record<string, readonly [type: EventType, least: number, most: number]>> = {
  'unikernel.create': ['created', 1, 1],
  'unikernel.restart': ['restarted', 1, 1],
  // Nothing happens to one that runs, or does not.
  'unikernel.start': ['restarted', 0, 1],
  'unikernel.stop': ['stopped', 0, 1],
  'unikernel.destroy': ['destroyed', 1, 1],
  'block.create': ['block-created', 1, 1],
  'block.remove': ['block-removed', 1, 1],
  'block.set': ['block-set', 1, 1],
  'policy.add': ['policy-set', 1, 1],
  'policy.assert': ['policy-set', 1, 2],
  'policy.remove': ['policy-removed', 1, 1],
};

/** Every request that changes something, by its id. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();

  note(id: string, what: string, name: Name): Entry {
    const entry: Entry = { id, what, name, answer: null };
    this.#entries.set(id, entry);
    return entry;
  }

  /** What the events say that was not answered so, and the other way round. */
  disagreements(events: readonly EventRecord[]): readonly string[] {
    const told = new Map<string, EventRecord[]>();
    for (const event of events) {
      if (event.requestId === null || event.type === 'refused') continue;
      told.set(event.requestId, [...(told.get(event.requestId) ?? []), event]);
    }
    const strangers = [...told].filter(([id]) => !this.#entries.has(id));
    return [
      ...strangers.map(([id]) => `events tell of a request ${id} that nobody made`),
      ...[...this.#entries.values()].flatMap((entry) => disagreement(entry, told.get(entry.id))),
    ];
  }
}

function disagreement(entry: Entry, events: readonly EventRecord[] = []): readonly string[] {
  const { id, what, name, answer } = entry;
  const [type, least, most] = TOLD[what] ?? ['lost', 0, 0];
  const types = events.map((event) => event.type);
  const shown = `${what} ${id} of ${name}`;
  const wrong = types.filter((one) => one !== type);
  if (wrong.length > 0) return [`${shown} is told of as ${wrong.join(', ')}`];
  if (answer === null) return [`${shown} was never answered`];
  if (answer.kind === 'refused' || hasChangedNothing(answer.reply)) {
    const outcome = answer.kind === 'refused' ? answer.code : 'unchanged';
    return types.length === 0
      ? []
      : [`${shown} was answered ${outcome}, yet told of as ${types.join(', ')}`];
  }
  if (types.length >= least && types.length <= most) return [];
  return [`${shown} was acknowledged and told of ${types.length} times instead of ${least}`];
}

function hasChangedNothing(reply: unknown): boolean {
  return typeof reply === 'object' && reply !== null && 'changed' in reply && !reply.changed;
}
