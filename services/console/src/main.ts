import { Bus } from '@albatross/shared/bus/bus';
import { startHeartbeat } from '@albatross/shared/bus/heartbeat';
import { consoleFeed } from '@albatross/shared/contracts/console';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { exitsFolder, livesFolder } from '@albatross/shared/runtime/folders';
import { lockFile } from '@albatross/shared/runtime/lock-file';
import { createLogger } from '@albatross/shared/runtime/logger';
import { readProcessUsage } from '@albatross/shared/runtime/process-usage';
import { run } from '@albatross/shared/runtime/run';
import { VERSION } from '@albatross/shared/runtime/version';
import { FolderWatch } from '@albatross/shared/runtime/watch-folder';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from './config.ts';
import { Consoles } from './consoles.ts';
import { Feed } from './feed.ts';
import { consoleFigures } from './figures.ts';
import { endpoints } from './service.ts';

await run('console', async (scope, stop) => {
  const { folders, logLevel } = readConfig(process.env);
  const log = createLogger('console', logLevel);
  const [lives, exits] = [livesFolder(folders), exitsFolder(folders)];
  for (const folder of [lives, exits]) await mkdir(folder, { recursive: true });
  const histories = join(folders.state, 'console');
  await mkdir(histories, { recursive: true, mode: 0o750 });
  // Two would share out the lines between them, and write over each other's histories.
  scope.use(await lockFile(join(histories, 'lock'), 'a console of this state folder'));
  // Reads from the first moment on, whether or not there is a bus.
  let bus: Bus | null = null;
  const feed = new Feed(
    (name, entries) => bus?.publish(consoleFeed, name, { name, entries }) ?? false,
  );
  const consoles = scope.use(
    new Consoles(
      { lives, exits, histories },
      { publish: (name, entries) => feed.publish(name, entries), log },
    ),
  );
  for (const path of [lives, exits]) {
    scope.use(
      await FolderWatch.start({
        path,
        onScan: async () => consoles.reconcile(),
        onDefect: (error) => log.error('the lives cannot be observed', { error }),
      }),
    );
  }
  const onDefect = (error: unknown, where: string): void => log.error('defect', { where, error });
  bus = scope.use(
    await Bus.connect({
      ...(await readBusAccess(folders, 'console')),
      identity: 'console',
      stop,
      onDefect,
    }),
  );
  await bus.serve({
    service: 'console',
    version: VERSION,
    endpoints: endpoints(consoles),
    onDrop: (subject, why) => log.warn('request dropped', { subject, why }),
  });
  bus.onReconnect(() => feed.resume());
  feed.resume();
  scope.use(
    startHeartbeat(bus, {
      process: 'console',
      version: VERSION,
      usage: readProcessUsage,
      describe: () => consoleFigures(consoles.counts, feed.counts),
      onDefect,
    }),
  );
  log.info('ready');
});
