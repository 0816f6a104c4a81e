import { shellWord } from '@albatross/shared/runtime/shell-word';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { passed, warned, type Finding } from './finding.ts';
import { listFolder, lookAt } from './look-at.ts';

export interface Bridge {
  readonly name: string;
  readonly isUp: boolean;
}

const CHECK = 'bridges';
/** Named in one finding; of more only the number is told. */
const NAMED_MAX = 8;
/** As in linux/if.h. */
const IFF_UP = 0x1;

/** Whether there is something to attach network devices to. */
export async function checkBridges(sysfs = '/sys'): Promise<readonly Finding[]> {
  const net = join(sysfs, 'class/net');
  const listed = await listFolder(net);
  const names = listed.kind === 'there' ? listed.names : [];
  const bridges: Bridge[] = [];
  for (const name of names) {
    if ((await lookAt(join(net, name, 'bridge'))).kind !== 'there') continue;
    bridges.push({
      name,
      isUp: isUp(await readFile(join(net, name, 'flags'), 'utf8').catch(() => '')),
    });
  }
  return judgeBridges(bridges);
}

/** A number in hexadecimal, as `0x1003`. Of a bridge that nothing is attached to yet, only the flag says that it is up. */
function isUp(flags: string): boolean {
  return (Number.parseInt(flags, 16) & IFF_UP) !== 0;
}

export function judgeBridges(bridges: readonly Bridge[]): readonly Finding[] {
  if (bridges.length === 0)
    return [
      warned(
        CHECK,
        'there is no bridge; unikernels with network devices cannot be created',
        'sudo ip link add service type bridge && sudo ip link set dev service up',
      ),
    ];
  const up = bridges.filter((one) => one.isUp);
  const down = bridges.filter((one) => !one.isUp);
  const findings = up.length === 0 ? [] : [passed(CHECK, `up: ${named(up)}`)];
  if (down.length === 0) return findings;
  const mend = down
    .slice(0, NAMED_MAX)
    .map(({ name }) => `sudo ip link set dev ${shellWord(name)} up`)
    .join('; ');
  return [...findings, warned(CHECK, `down, so that nothing goes through: ${named(down)}`, mend)];
}

function named(bridges: readonly Bridge[]): string {
  const names = bridges.slice(0, NAMED_MAX).map(({ name }) => name);
  const more = bridges.length - names.length;
  return `${names.join(', ')}${more === 0 ? '' : `, and ${more} more`}`;
}
