import { Bus } from '@albatross/shared/bus/bus';
import { startHeartbeat } from '@albatross/shared/bus/heartbeat';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { lockFile } from '@albatross/shared/runtime/lock-file';
import { createLogger } from '@albatross/shared/runtime/logger';
import { readProcessUsage } from '@albatross/shared/runtime/process-usage';
import { run } from '@albatross/shared/runtime/run';
import { takeNotification } from '@albatross/shared/runtime/service-manager';
import { VERSION } from '@albatross/shared/runtime/version';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Bridge } from './bridge.ts';
import { readConfig } from './config.ts';
import type { Database } from './database.ts';
import { bridgeFigures } from './figures.ts';
import { HttpDatabase } from './http-database.ts';
import { readOptions, USAGE, type Target } from './options.ts';
import { readPageBytes } from './page-bytes.ts';
import { SelfMetrics } from './self-metrics.ts';
import { TcpDatabase } from './tcp-database.ts';
import { readToken } from './token.ts';

await run('influx-bridge', takeNotification(process.env), async (scope, stop) => {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(USAGE);
    return 'done';
  }
  const { folders, logLevel } = readConfig(process.env);
  const log = createLogger('influx-bridge', logLevel);
  const database = await databaseOf(options.target);
  // Two would share out the samples between them.
  const own = join(folders.state, 'influx-bridge');
  await mkdir(own, { recursive: true, mode: 0o750 });
  scope.use(await lockFile(join(own, 'lock'), 'an influx-bridge of this state folder'));
  const onDefect = (error: unknown, where: string): void => log.error('defect', { where, error });
  const bus = scope.use(
    await Bus.connect({
      ...(await readBusAccess(folders, 'influx-bridge')),
      identity: 'influx-bridge',
      stop,
      onDefect,
    }),
  );
  let malformed = 0;
  const reader = bus.readStats((error) => {
    malformed += 1;
    log.warn('a message of the stream is no sample', { error });
  });
  const self = options.isSelfWritten
    ? scope.use(new SelfMetrics({ bus, database, pageBytes: readPageBytes() }))
    : null;
  const bridge = scope.use(Bridge.start(options, { reader, database, log }));
  scope.use(
    startHeartbeat(bus, {
      process: 'influx-bridge',
      version: VERSION,
      usage: readProcessUsage,
      describe: () =>
        bridgeFigures(bridge.counts, {
          isConnected: database.isConnected,
          heartbeatsDropped: self?.dropped ?? 0,
          malformed,
        }),
      onDefect,
    }),
  );
  log.info('ready');
  return undefined;
});

async function databaseOf(target: Target): Promise<Database> {
  if (target.kind === 'tcp') return new TcpDatabase(target);
  const token = target.tokenFile === null ? null : await readToken(target.tokenFile);
  return new HttpDatabase({ ...target, token });
}
