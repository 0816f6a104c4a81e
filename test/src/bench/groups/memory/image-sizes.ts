import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { helloImage } from '../../../../../examples/hello/src/index.ts';
import type { RunningSystem } from '../../../harness/running-system.ts';

const MIB = 1024 * 1024;
const NAME = 'image';

/**
 * The most memory that the supervisor had while unikernels were created from images of these sizes, one after
 * the other, as often as `rounds` says: MiB by MiB. Of smaller images so many come each time that it is as much as of
 * the largest: what was received lies there until it is collected, however it was cut.
 */
export async function mostForImages(
  system: RunningSystem,
  sizesMib: readonly number[],
  rounds: number,
  stop: AbortSignal,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'albatross-images-'));
  try {
    const most = new Map(sizesMib.map((mib) => [mib, [] as number[]]));
    const allMib = Math.max(...sizesMib);
    for (let round = 0; round < rounds; round += 1) {
      for (const [mib, values] of most) {
        const image = await imageOf(folder, mib);
        values.push(await mostFor(system, { image, times: Math.ceil(allMib / mib), stop }));
      }
    }
    return most;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Our own guest, and behind it what no tender reads. */
async function imageOf(folder: string, mib: number): Promise<string> {
  const file = join(folder, `${mib}-mib`);
  await copyFile(helloImage('spt'), file);
  await truncate(file, mib * MIB);
  return file;
}

interface Trial {
  readonly image: string;
  readonly times: number;
  readonly stop: AbortSignal;
}

async function mostFor(system: RunningSystem, { image, times, stop }: Trial): Promise<number> {
  const administrator = await system.administrator();
  const pid = system.pidOf('supervisor');
  // proc(5): the peak begins again with what it has now.
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  for (let time = 0; time < times; time += 1) {
    stop.throwIfAborted();
    await administrator.create(NAME, image, 'hang');
    await administrator.destroy(NAME);
  }
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
