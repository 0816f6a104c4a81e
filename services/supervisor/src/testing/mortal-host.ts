import type { Host } from '../host/host.ts';

/** The machine as one supervisor sees it: once that is dead it does nothing more to it, and learns nothing. */
export class MortalHost {
  readonly host: Host;
  #isDead = false;

  constructor(host: Host) {
    this.host = new Proxy(host, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...given: readonly unknown[]): unknown => {
          if (this.#isDead) return never();
          const result: unknown = Reflect.apply(value, target, given);
          return result instanceof Promise ? this.#outcome(result) : result;
        };
      },
    });
  }

  die(): void {
    this.#isDead = true;
  }

  /** Never resolves for who is. */
  async unlessDead(): Promise<void> {
    if (this.#isDead) await never();
  }

  async #outcome(result: Promise<unknown>): Promise<unknown> {
    try {
      return await result;
    } finally {
      await this.unlessDead();
    }
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
