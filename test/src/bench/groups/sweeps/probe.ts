/**
 * Samples a crowd as services/stats does, by its own code, in a network that is nobody else's: `own-network.ts`
 * starts it. Prints one line, a `SweepReport`.
 */
import type { Bus } from '@albatross/shared/bus/bus';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { statsFeed } from '@albatross/shared/contracts/stats';
import { ROOT } from '@albatross/shared/domain/name';
import { createLogger } from '@albatross/shared/runtime/logger';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { readKernel } from '../../../../../services/stats/src/kernel/kernel.ts';
import { encodeSample } from '../../../../../services/stats/src/sample-message.ts';
import { Stats } from '../../../../../services/stats/src/stats.ts';
import { Crowd } from './crowd.ts';
import { Held } from './held.ts';
import { probeOptions, type ProbeOptions } from './probe-options.ts';
import { ReadLoop } from './read-loop.ts';
import type { OurSweep, SweepReport } from './report.ts';

/** Of each kind: every process was read whole more than once. */
const WARM_UP_SWEEPS = 12;
/** Of processes, of each kind: what is done that often is compiled. */
const WARM_UP_SAMPLES = 3000;
/** In one sweep of so many, all is read of a process. */
const SWEEPS_PER_WHOLE = 6;
/** Between two sweeps of one kind: for who sweeps once in ten seconds, others have used the CPU meanwhile. */
const REST_MS = 20;
/** Stats takes no two samples of a process that are nearer: of its clock, so much passes in a sweep. */
const APART_MS = 10_000;

await probe(probeOptions.parse(JSON.parse(argv[2] ?? '')));

async function probe(options: ProbeOptions): Promise<void> {
  const { count, folder } = options;
  const lives = join(folder, 'lives');
  mkdirSync(lives);
  let passedMs = 0;
  const real = readKernel();
  const kernel = { ...real, clockMs: () => performance.now() + passedMs };
  await using crowd = await Crowd.gather({
    count,
    kernel,
    lives,
    sleepers: join(folder, 'sleepers'),
  });
  await using bare = ReadLoop.start(join(folder, 'read-loop'), crowd);
  await using server = await RealServer.start();
  const bus = await server.connect('stats');
  let carrier: Bus | null = null;
  using stats = await Stats.open(
    { kernel, lives, registrations: join(folder, 'processes') },
    {
      publish: (sample) =>
        carrier?.publishEncoded(statsFeed, sample.name, encodeSample(sample)) ?? true,
      log: createLogger('probe', 'warn'),
    },
  );
  await stats.reconcile(readdirSync(lives));

  const sweep = async (to: Bus | null): Promise<OurSweep> => {
    passedMs += APART_MS;
    carrier = to;
    const { sweeps } = stats.counts;
    const begunAt = Date.now();
    const taken = await measure(async () => {
      await stats.sweep();
      return async () => await to?.flush();
    });
    const { samples } = stats.standing;
    assert.equal(samples.length, count);
    assert.equal(stats.counts.sweeps, sweeps + 1);
    assert.equal(stats.counts.valuesUnread + stats.counts.unsent, 0);
    for (const { at, nets, process } of samples)
      assert.ok(at >= begunAt && nets.length === 1 && process.rssBytes > 0 && process.textBytes);
    return taken;
  };

  const report: SweepReport = { kept: [], published: [], bare: [] };
  const warmUp = Math.max(WARM_UP_SWEEPS, Math.ceil(WARM_UP_SAMPLES / count));
  for (let number = -warmUp; number < options.sweeps; number += 1) {
    const turn = stats.counts.sweeps % SWEEPS_PER_WHOLE;
    const taken = [await sweep(null), await sweep(bus), await bare.sweep(turn)] as const;
    await sleep(number < 0 ? 0 : REST_MS);
    if (number < 0) continue;
    report.kept.push(taken[0]);
    report.published.push(taken[1]);
    report.bare.push(taken[2]);
  }
  await assertArrival(server, count, async () => await sweep(bus));
  await bus[Symbol.asyncDispose]();
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** `work` resolves when it is done as far as who waits for it is concerned, to what is yet to follow. */
async function measure(work: () => Promise<() => Promise<unknown>>): Promise<OurSweep> {
  const cpu = process.cpuUsage();
  const begunMs = performance.now();
  using held = new Held();
  const rest = await work();
  const wallMs = performance.now() - begunMs;
  const heldMs = held.longestMs();
  await rest();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, heldMs, cpuMs: (user + system) / 1000 };
}

/** Not measured: who follows would take of the time of who sweeps. */
async function assertArrival(
  server: RealServer,
  count: number,
  sweep: () => Promise<unknown>,
): Promise<void> {
  await using follower = await server.connect('admin');
  const arrived = new Set<string>();
  follower.follow(statsFeed, ROOT, {
    onMessage: ({ name }) => void arrived.add(name),
    onDropped: (dropped) => assert.fail(`${dropped} samples were dropped`),
  });
  await follower.flush();
  await sweep();
  await eventually('every sample arrives', () => arrived.size === count);
}
