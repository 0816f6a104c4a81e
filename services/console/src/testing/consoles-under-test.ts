import type { ConsoleEntry, HistoryStart } from '@albatross/shared/contracts/console';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import { Consoles } from '../consoles.ts';
import type { FloodRate } from '../flood-limit.ts';
import { show } from './entries.ts';
import type { Host } from './life-double.ts';

/** Nothing a test prints is too much, unless it says so. */
const NO_LIMITS = {
  historyBytesMax: 2 ** 40,
  rate: { linesPerS: 10 ** 9, bytesPerS: 10 ** 12 } as FloodRate,
};

/** Consoles, what they published, and what they complained of. */
export class ConsolesUnderTest implements Disposable {
  readonly consoles: Consoles;
  readonly complaints: string[] = [];
  readonly log: Logger = {
    error: (event) => void this.complaints.push(event),
    warn: (event) => void this.complaints.push(event),
    info: () => undefined,
    debug: () => undefined,
  };
  readonly #published = new Map<string, ConsoleEntry[]>();

  constructor(
    { lives, exits, histories }: Pick<Host, 'lives' | 'exits' | 'histories'>,
    limits: Partial<typeof NO_LIMITS> = {},
  ) {
    this.consoles = new Consoles(
      { lives, exits, histories, ...NO_LIMITS, ...limits },
      {
        publish: (name, entries) =>
          void this.#published.set(name, [...(this.#published.get(name) ?? []), ...entries]),
        log: this.log,
      },
    );
  }

  reconcile(): this {
    this.consoles.reconcile();
    return this;
  }

  published(name: string): readonly string[] {
    return (this.#published.get(name) ?? []).map(show);
  }

  /** The whole history, page by page; null when nothing was ever printed. */
  history(name: string): readonly string[] | null {
    const all: string[] = [];
    let from: HistoryStart = { kind: 'after', seq: 0 };
    for (;;) {
      const page = this.consoles.read(parseUnikernelName(name), from);
      if (page === null) return null;
      all.push(...page.entries.map(show));
      if (!page.more) return all;
      from = { kind: 'after', seq: page.entries.at(-1)?.seq ?? 0 };
    }
  }

  [Symbol.dispose](): void {
    this.consoles[Symbol.dispose]();
  }
}
