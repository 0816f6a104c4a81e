/**
 * Follows albatross-stats as it samples a crowd, in a network that is nobody else's: `own-network.ts` starts it.
 * Prints one line, a `PeerSweepReport`.
 */
import { decodeMessage } from '@albatross/wire';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv, env } from 'node:process';
import { readKernel } from '../../../../../../services/stats/src/kernel/kernel.ts';
import { manyNames } from '../../../../harness/many.ts';
import { ChildLines } from '../../../groups/sweeps/child-lines.ts';
import { Crowd } from '../../../groups/sweeps/crowd.ts';
import { ReadLoop } from '../../../groups/sweeps/read-loop.ts';
import { PeerProcess } from '../../peer-process.ts';
import {
  peerProbeOptions,
  type PeerProbeOptions,
  type PeerSweepReport,
} from './peer-probe-options.ts';
import { StatsDaemon } from './stats-daemon.ts';
import { SweepFrames } from './sweep-frames.ts';

/** Seconds, the least that it takes. */
const INTERVAL = 1;
const WARM_UP_SWEEPS = 1;
/** In one sweep of so many, the read loop reads all. */
const SWEEPS_PER_WHOLE = 6;
const NS_PER_MS = 1e6;

await probe(peerProbeOptions.parse(JSON.parse(argv[2] ?? '')));

async function probe({ count, sweeps, stats, folder }: PeerProbeOptions): Promise<void> {
  const [lives, run] = [join(folder, 'lives'), join(folder, 'run')];
  for (const path of [lives, join(run, 'util')]) mkdirSync(path, { recursive: true });
  const socket = (name: string): string => join(run, 'util', `${name}.sock`);
  const sleepers = join(folder, 'sleepers');
  await using crowd = await Crowd.gather({ count, kernel: readKernel(), lives, sleepers });
  await using bare = ReadLoop.start(join(folder, 'read-loop'), crowd);
  await using daemon = await StatsDaemon.listen(socket('vmmd'));
  const names = manyNames(count);
  // It may take connections only when it was told.
  const told = daemon.tell(crowd.members.map((member, n) => ({ ...member, name: names[n] ?? '' })));
  told.catch(() => undefined);
  await using program = await PeerProcess.start(
    [stats, '--tmpdir', run, '--interval', String(INTERVAL)],
    { env, cwd: folder, where: { path: socket('stat') } },
  );
  await told;
  await using clock = ChildLines.start(join(folder, 'cpu-clock'), String(program.pid));
  await using frames = await SweepFrames.follow(socket('stat'));

  const report: PeerSweepReport = { sweeps: [], bare: [] };
  let before: number | null = null;
  let wallMs = 0;
  // Of the last, only its beginning counts.
  for (let number = -WARM_UP_SWEEPS; number <= sweeps; number += 1) {
    const sweep = [await frames.next()];
    const beganMs = performance.now();
    const cpuMs = await readClock(clock);
    if (before !== null) report.sweeps.push({ wallMs, cpuMs: cpuMs - before });
    while (sweep.length < count) sweep.push(await frames.next());
    wallMs = performance.now() - beganMs;
    // It rests now, until the next.
    const taken = await bare.sweep((number + WARM_UP_SWEEPS) % SWEEPS_PER_WHOLE);
    assertWhole(sweep, names);
    if (number < 0 || number === sweeps) continue;
    before = cpuMs;
    report.bare.push(taken);
  }
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

async function readClock(clock: ChildLines): Promise<number> {
  clock.write('\n');
  return Number(await clock.read()) / NS_PER_MS;
}

/** Looked at when it is over: whoever looks meanwhile takes of the time of who sweeps. */
function assertWhole(frames: readonly Uint8Array[], names: readonly string[]): void {
  const sampled = new Set<string>();
  for (const bytes of frames) {
    const { header, payload } = decodeMessage(bytes);
    assert.ok(payload.kind === 'data' && payload.data.kind === 'statistics', payload.kind);
    const { interfaces, rusage, mem } = payload.data.statistics;
    assert.ok(interfaces.length === 1 && rusage.maxrss > 0n && mem !== null, header.name);
    sampled.add(header.name);
  }
  const isWhole = sampled.size === frames.length && names.every((name) => sampled.has(name));
  assert.ok(isWhole, 'a sweep has every process once');
}
