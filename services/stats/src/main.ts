import { Bus } from '@albatross/shared/bus/bus';
import { startHeartbeat } from '@albatross/shared/bus/heartbeat';
import { heartbeatFeed } from '@albatross/shared/contracts/heartbeat';
import { statsFeed } from '@albatross/shared/contracts/stats';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { livesFolder } from '@albatross/shared/runtime/folders';
import { lockFile } from '@albatross/shared/runtime/lock-file';
import { createLogger } from '@albatross/shared/runtime/logger';
import { readProcessUsage } from '@albatross/shared/runtime/process-usage';
import { run } from '@albatross/shared/runtime/run';
import { takeNotification } from '@albatross/shared/runtime/service-manager';
import { VERSION } from '@albatross/shared/runtime/version';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from './config.ts';
import { statsFigures } from './figures.ts';
import { readKernel } from './kernel/kernel.ts';
import { Heartbeats } from './prometheus/heartbeats.ts';
import { MetricsServer } from './prometheus/metrics-server.ts';
import { MetricsPage } from './prometheus/page.ts';
import { encodeSample } from './sample-message.ts';
import { startSampling } from './sampling.ts';
import { serveStats } from './service.ts';
import { Stats } from './stats.ts';

await run('stats', takeNotification(process.env), async (scope, stop, manager) => {
  const { folders, logLevel, intervalMs, metricsPort } = readConfig(process.env);
  const log = createLogger('stats', logLevel);
  const lives = livesFolder(folders);
  const own = join(folders.run, 'stats');
  for (const folder of [lives, own]) await mkdir(folder, { recursive: true });
  // Two would publish every sample twice, and write over each other's file.
  scope.use(await lockFile(join(own, 'lock'), 'stats of this run folder'));
  // Samples from the first moment on, whether or not there is a bus.
  let carrier: Bus | null = null;
  const stats = scope.use(
    await Stats.open(
      { kernel: readKernel(), lives, registrations: join(own, 'processes') },
      {
        publish: (sample) =>
          carrier?.publishEncoded(statsFeed, sample.name, encodeSample(sample)) ?? false,
        log,
      },
    ),
  );
  const heartbeats = new Heartbeats();
  const page = new MetricsPage({ sweep: () => stats.standing, heartbeats });
  scope.use(
    await MetricsServer.start(
      { port: metricsPort, urlFile: join(own, 'metrics.url') },
      { read: async () => await page.read(), log },
    ),
  );
  const rhythm = await startSampling({ lives, intervalMs }, { scope, stats, log });
  manager.ready();
  const onDefect = (error: unknown, where: string): void => log.error('defect', { where, error });
  const access = await readBusAccess(folders, 'stats');
  const connect = async (): Promise<Bus> =>
    scope.use(await Bus.connect({ ...access, identity: 'stats', stop, onDefect }));
  // A connection of its own: the bus may hear no more of one that publishes samples when its disk is full.
  const samples = await connect();
  carrier = samples;
  const bus = await connect();
  bus.followProcesses(heartbeatFeed, {
    onMessage: (message) => heartbeats.take(message),
    onDropped: (count) => log.warn('heartbeats were dropped', { count }),
  });
  await serveStats(bus, { intervalMs }, { stats, heartbeats, log });
  const resume = (): void =>
    void stats.resume().catch((error: unknown) => onDefect(error, 'resume'));
  samples.onReconnect(resume);
  resume();
  const describe = () => statsFigures(stats.counts, rhythm.skipped);
  const usage = readProcessUsage;
  scope.use(startHeartbeat(bus, { process: 'stats', version: VERSION, usage, describe, onDefect }));
  log.info('ready');
});
