import { lifeName, type Life, type LifeName } from '@albatross/shared/domain/life';
import type { Logger } from '@albatross/shared/runtime/logger';
import type { Host, ObservedLife } from '../host/host.ts';

/** Removes the traces of lives that are over, beside everything else: it may take a while. */
export class Clearing {
  readonly #host: Pick<Host, 'removeLife'>;
  readonly #log: Logger;
  readonly #underWay = new Map<LifeName, Promise<void>>();
  /** Those that are gone, and may still be seen by a look that began before. */
  readonly #gone = new Map<LifeName, Life>();
  /** Nothing of a life is left. */
  onGone: (life: Life) => void = () => undefined;

  constructor(host: Pick<Host, 'removeLife'>, log: Logger) {
    this.#host = host;
    this.#log = log;
  }

  /** What cannot be removed now is begun again at the next look. */
  begin(life: Life): void {
    const name = lifeName(life);
    if (this.#underWay.has(name) || this.#gone.has(name)) return;
    const removing = this.#remove(life).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, removing);
  }

  async #remove(life: Life): Promise<void> {
    try {
      await this.#host.removeLife(life);
      this.#gone.set(lifeName(life), life);
      this.onGone(life);
    } catch (error) {
      this.#log.error('a life cannot be cleared away', { life: lifeName(life), error });
    }
  }

  /** Those that a look does not see any more. */
  forget(lives: readonly ObservedLife[]): readonly Life[] {
    const seen = new Set(lives.map(({ life }) => lifeName(life)));
    const unseen = [...this.#gone].filter(([name]) => !seen.has(name));
    for (const [name] of unseen) this.#gone.delete(name);
    return unseen.map(([, life]) => life);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }
}
