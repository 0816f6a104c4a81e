import type { NetSample } from '@albatross/shared/contracts/stats';
import { join } from 'node:path';
import type { Kernel } from './kernel.ts';
import { readText } from './kernel-file.ts';

export type NetLink = Pick<NetSample, 'mtu' | 'flags'>;

/** Of an interface, whose name must be one that the kernel told. Throws what the system answers. */
export function readNetLink(name: string, { sys }: Pick<Kernel, 'sys'>): NetLink {
  const attribute = (file: string): string => readText(join(sys, 'class/net', name, file)).trim();
  const flags = Number(attribute('flags'));
  const mtu = Number(attribute('mtu'));
  if (!Number.isSafeInteger(flags) || !Number.isSafeInteger(mtu))
    throw new Error(`the flags or the MTU of ${name} are no numbers`);
  return { mtu, flags: visibleFlags(flags, attribute('operstate')) };
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
