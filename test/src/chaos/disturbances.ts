import { parseLifeName } from '@albatross/shared/domain/life';
import type { UnikernelName } from '@albatross/shared/domain/name';

/** Tenders and keepers that were killed, which nobody asked the supervisor for. */
export class Disturbances {
  /** By the name of their life. */
  readonly #tenders = new Set<string>();
  readonly #keepers = new Set<string>();
  readonly #names = new Set<UnikernelName>();

  /** To be called before the kill. */
  note(life: string, role: 'tender' | 'keeper'): void {
    (role === 'tender' ? this.#tenders : this.#keepers).add(life);
    const { unikernel } = parseLifeName(life) ?? {};
    if (unikernel !== undefined) this.#names.add(unikernel);
  }

  /** Whether any life of that name was disturbed. */
  hasName(name: UnikernelName): boolean {
    return this.#names.has(name);
  }

  /** Nobody is left who could tell how that life ended, or keep what it printed. */
  hasKeeper(life: string): boolean {
    return this.#keepers.has(life);
  }

  has(life: string): boolean {
    return this.#tenders.has(life) || this.#keepers.has(life);
  }
}
