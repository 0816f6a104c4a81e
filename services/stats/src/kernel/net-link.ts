import type { NetSample } from '@albatross/shared/contracts/stats';
import type { Kernel } from './kernel.ts';
import { KeptText, type KeptFiles } from './kept-text.ts';

export type NetLink = Pick<NetSample, 'mtu' | 'flags'>;

/** Reads an interface, whose name must be one that the kernel told. */
export class NetLinkReader implements Disposable {
  readonly #name: string;
  readonly #flags: KeptText;
  readonly #mtu: KeptText;
  readonly #operstate: KeptText;

  constructor(name: string, { sys }: Pick<Kernel, 'sys'>, room: KeptFiles) {
    const folder = `${sys}/class/net/${name}`;
    this.#name = name;
    this.#flags = new KeptText(folder, 'flags', room);
    this.#mtu = new KeptText(folder, 'mtu', room);
    this.#operstate = new KeptText(folder, 'operstate', room);
  }

  /** Throws what the system answers. */
  read(): NetLink {
    const flags = Number(this.#flags.read().trim());
    const mtu = Number(this.#mtu.read().trim());
    if (!Number.isSafeInteger(flags) || !Number.isSafeInteger(mtu))
      throw new Error(`the flags or the MTU of ${this.#name} are no numbers`);
    return { mtu, flags: visibleFlags(flags, this.#operstate.read().trim()) };
  }

  /** What is kept open; it can be read again. */
  [Symbol.dispose](): void {
    for (const file of [this.#flags, this.#mtu, this.#operstate]) file[Symbol.dispose]();
  }
}

const [UP, RUNNING, PROMISCUOUS, ALL_MULTICAST] = [0x1, 0x40, 0x100, 0x200];

/**
 * sysfs tells what the kernel keeps, `SIOCGIFFLAGS` what it makes of that: `RUNNING` stands for a link that
 * works, and what a bridge asks of its ports is not told. Sixteen bits.
 */
function visibleFlags(kept: number, state: string): number {
  const flags = kept & 0xffff & ~(RUNNING | PROMISCUOUS | ALL_MULTICAST);
  const works = (kept & UP) !== 0 && (state === 'up' || state === 'unknown');
  return works ? flags | RUNNING : flags;
}
