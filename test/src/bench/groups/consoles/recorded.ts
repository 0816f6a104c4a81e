import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Administrator } from '../../../harness/administrator.ts';
import { figureOf } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { ConsoleAlone } from './console-alone.ts';
import { Dropping } from './dropping.ts';
import { linesPerS } from './press.ts';
import { cpuSecondsOf } from '../../process-cost.ts';
import type { Programs } from './programs.ts';

const FIFOS = 100;
/** So many of the newest entries are always kept: `ENTRIES_KEPT_MIN` of console. */
const KEPT_MIN = 1024;
/** CPU is counted in steps of 10 ms: who takes none for so long has nothing to do. */
const REST_MS = 100;

/** What console writes down when a hundred unikernels print as fast as it reads, and what a line takes it. */
export async function measureRecorded(ground: Ground, programs: Programs): Promise<void> {
  const { rounds, lines } = ground.isQuick
    ? { rounds: 2, lines: 1_500 }
    : { rounds: 9, lines: 5_000 };
  await using bare = await Dropping.start(programs, FIFOS, false);
  await using console = await ConsoleAlone.start(programs, FIFOS);
  const rates = { ours: [] as number[], bare: [] as number[] };
  const cpuUs: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    ground.stop.throwIfAborted();
    const bareRate = linesPerS(await bare.press.printFast(lines), FIFOS * lines);
    const cpuBefore = cpuSecondsOf(console.pid);
    const rate = linesPerS(await console.press.printFast(lines), FIFOS * lines);
    const cpu = (await cpuAtRest(console.pid)) - cpuBefore;
    // The first has everything compiled.
    if (round < 0) continue;
    rates.bare.push(bareRate);
    rates.ours.push(rate);
    cpuUs.push((cpu * 1e6) / (FIFOS * lines));
  }
  await assertComplete(console);
  ground.row({
    key: 'consoles/recorded',
    what: `lines of 100 bytes that ${FIFOS} unikernels print and console records, none lost, with no limit on floods`,
    unit: '/s',
    figure: figureOf(rates.ours),
    limit: { what: 'the same fifos read and dropped in C', figure: figureOf(rates.bare) },
    who: 'ours',
  });
  ground.row({
    key: 'consoles/recorded-cpu',
    what: 'CPU time that console takes for each of these lines, publishing it included',
    unit: 'µs',
    figure: figureOf(cpuUs),
    limit: null,
    who: 'ours',
  });
}

/** What it has taken when it has nothing left to do: some of it is published after all was read. */
async function cpuAtRest(pid: number): Promise<number> {
  for (let before = cpuSecondsOf(pid); ;) {
    await sleep(REST_MS);
    const now = cpuSecondsOf(pid);
    if (now === before) return now;
    before = now;
  }
}

/** Every line has its number: the newest of each are the last that were printed, and nothing stands between. */
async function assertComplete(console: ConsoleAlone): Promise<void> {
  const administrator = await console.administrator();
  for (const name of console.names) await assertNewest(administrator, name, console.press.printed);
}

/** Entry 1 says that the life began: the entry behind line n is n + 1. */
async function assertNewest(
  administrator: Administrator,
  name: UnikernelName,
  printed: number,
): Promise<void> {
  const behind = printed + 1 - Math.min(KEPT_MIN, printed);
  const entries = await administrator.console(name, behind);
  assert.equal(entries.length, printed + 1 - behind, `${name} has its newest lines`);
  for (const [index, { seq, entry }] of entries.entries()) {
    assert.equal(seq, behind + 1 + index, `no number of ${name} is missing`);
    const line = entry.kind === 'line' ? Buffer.from(entry.bytes).toString('latin1') : entry.kind;
    assert.equal(Number(line.split(' ')[0]), seq - 1, `${name} has line ${seq - 1} there: ${line}`);
  }
}
