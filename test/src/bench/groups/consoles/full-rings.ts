import { listConsoles } from '@albatross/shared/contracts/console';
import { ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { onlyOnce } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { ConsoleAlone } from './console-alone.ts';
import { Press } from './press.ts';
import { pssKibOf } from '../../process-cost.ts';
import type { Programs } from './programs.ts';

const RINGS = 100;
/** A history is full with two files of 1 MiB: this is just before the older one is thrown away. */
const LINES_FULL = 20_000;
const FULL_BYTES = 1.9 * 2 ** 20;
/** Until the bus has taken what was published. */
const REST_MS = 2_000;

/**
 * What console's memory grows by when a hundred histories fill up. One that never printed a line has no
 * compiled code and no heap worth mentioning: so one unikernel prints as much as all others before.
 */
export async function measureFullRings(ground: Ground, programs: Programs): Promise<void> {
  const lines = ground.isQuick ? 1_000 : LINES_FULL;
  await using console = await ConsoleAlone.start(programs, RINGS + 1);
  const [first = '', ...others] = console.fifos;
  await using warmth = await Press.start(programs, [first]);
  await using press = await Press.start(programs, others);
  await warmth.printFast(lines * RINGS);
  await sleep(REST_MS, null, { signal: ground.stop });
  const before = pssKibOf(console.pid);
  await press.printFast(lines);
  await sleep(REST_MS, null, { signal: ground.stop });
  const after = pssKibOf(console.pid);
  if (!ground.isQuick) await assertFull(console);
  ground.row({
    key: 'consoles/full-ring',
    what: `memory for each of ${RINGS} full histories, beyond that of a console whose one unikernel printed as much`,
    unit: 'KiB',
    figure: onlyOnce((after - before) / RINGS),
    limit: null,
    who: 'ours',
  });
  ground.row({
    key: 'consoles/full-rings-pss',
    what: `memory of console with these ${RINGS}`,
    unit: 'MiB',
    figure: onlyOnce(after / 1024),
    limit: null,
    who: 'ours',
  });
}

async function assertFull(console: ConsoleAlone): Promise<void> {
  const { bus } = await console.administrator();
  const { consoles } = await bus.request(listConsoles, { name: ROOT });
  const full = consoles.filter(({ bytes }) => bytes > FULL_BYTES);
  assert.ok(full.length >= RINGS, `${full.length} histories are full`);
}
