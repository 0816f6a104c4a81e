import type { MessageOf } from '@albatross/shared/contracts/feed';
import type { DomainUse, heartbeatFeed } from '@albatross/shared/contracts/heartbeat';
import { PROCESSES, type ProcessName } from '@albatross/shared/contracts/identities';
import type { PathName } from '@albatross/shared/domain/name';

type Message = MessageOf<typeof heartbeatFeed>;

export interface Heartbeat extends Omit<Message, 'part' | 'parts' | 'domains'> {
  /** Since all of it had arrived. */
  readonly ageMs: number;
}

interface Complete {
  readonly first: Message;
  readonly arrivedMs: number;
}

type Domains = ReadonlyMap<PathName, DomainUse>;

/**
 * The newest heartbeat of each process. One that comes in several messages counts once all of them are here,
 * in whatever order; until then, and when one is lost, the one before stands. Holds one complete and one
 * incomplete heartbeat of each process at most.
 */
export class Heartbeats {
  readonly #clockMs: () => number;
  readonly #complete = new Map<ProcessName, Complete>();
  /** Parts by their numbers, all of one heartbeat. */
  readonly #incomplete = new Map<ProcessName, Map<number, Message>>();
  #domains: Domains = new Map();

  /** `clockMs`: one that is never set. */
  constructor({ clockMs = () => performance.now() }: { readonly clockMs?: () => number } = {}) {
    this.#clockMs = clockMs;
  }

  take(message: Message): void {
    const { process, part, parts } = message;
    if (part > parts || isBehind(message, this.#complete.get(process)?.first)) return;
    const held = this.#partsBeside(message);
    if (held === null) return;
    if (!held.has(part)) held.set(part, message);
    if (held.size < parts) return;
    this.#incomplete.delete(process);
    this.#keep(held);
  }

  /** In the order of `PROCESSES`; of those that were ever heard of. */
  newest(): readonly Heartbeat[] {
    const now = this.#clockMs();
    return PROCESSES.flatMap((process) => {
      const complete = this.#complete.get(process);
      if (complete === undefined) return [];
      const { part: _part, parts: _parts, domains: _domains, ...rest } = complete.first;
      return [{ ...rest, ageMs: Math.max(0, now - complete.arrivedMs) }];
    });
  }

  /** What the supervisor told of its paths; a new map with each of its heartbeats. */
  domains(): Domains {
    return this.#domains;
  }

  /** The parts to put this one to; null when a later heartbeat has begun to arrive. */
  #partsBeside(message: Message): Map<number, Message> | null {
    const held = this.#incomplete.get(message.process);
    const [other] = held?.values() ?? [];
    if (held !== undefined && other !== undefined) {
      if (isSame(message, other)) return held;
      if (isBehind(message, other)) return null;
    }
    const begun = new Map<number, Message>();
    this.#incomplete.set(message.process, begun);
    return begun;
  }

  #keep(parts: ReadonlyMap<number, Message>): void {
    const [first, ...rest] = [...parts.values()].toSorted((a, b) => a.part - b.part);
    if (first === undefined) return;
    this.#complete.set(first.process, { first, arrivedMs: this.#clockMs() });
    if (first.process !== 'supervisor') return;
    const domains = [first, ...rest].flatMap((message) => message.domains);
    this.#domains = new Map(domains.map((domain) => [domain.path, domain]));
  }
}

const isOfSameProcess = (a: Message, b: Message): boolean =>
  a.pid === b.pid && a.startedAt === b.startedAt;

function isSame(a: Message, b: Message): boolean {
  return isOfSameProcess(a, b) && a.sequence === b.sequence && a.parts === b.parts;
}

/** What began anew is ahead always: the clock by which it says when may have been set back. */
function isBehind(message: Message, other: Message | undefined): boolean {
  return (
    other !== undefined && isOfSameProcess(message, other) && message.sequence <= other.sequence
  );
}
