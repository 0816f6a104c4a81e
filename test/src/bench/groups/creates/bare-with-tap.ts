import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { echoImage } from '../../../../../examples/hello/src/index.ts';
import { BareTender } from './bare-tender.ts';
import { bareCommand, type MeasuredTender } from './tender.ts';

/** None that a supervisor takes for its own, nor another run. */
const BARE_TAP = `bare${process.pid}`;
const MIB = 2 ** 20;

/**
 * A tender that has a tap made for it at the bridge at each start; our only image that has a network device has a
 * block device, too, a file in the folder.
 */
export async function bareWithTap(
  tender: MeasuredTender,
  bridge: string,
  folder: string,
): Promise<BareTender> {
  const disk = join(folder, 'disk');
  await writeFile(disk, '');
  await truncate(disk, MIB);
  const devices = [`--net:service=${BARE_TAP}`, `--block:storage=${disk}`];
  return await BareTender.make({
    command: bareCommand(tender, echoImage('spt'), devices),
    net: { tap: BARE_TAP, bridge },
  });
}
