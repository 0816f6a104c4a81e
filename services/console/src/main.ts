import { Bus } from '@albatross/shared/bus/bus';
import { startHeartbeat } from '@albatross/shared/bus/heartbeat';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { isLifeDraft } from '@albatross/shared/domain/life';
import { exitsFolder, livesFolder } from '@albatross/shared/runtime/folders';
import { lockFile } from '@albatross/shared/runtime/lock-file';
import { createLogger } from '@albatross/shared/runtime/logger';
import { readProcessUsage } from '@albatross/shared/runtime/process-usage';
import { run } from '@albatross/shared/runtime/run';
import { takeNotification } from '@albatross/shared/runtime/service-manager';
import { claimFormat } from '@albatross/shared/runtime/state-format';
import { VERSION } from '@albatross/shared/runtime/version';
import { FolderWatch } from '@albatross/shared/runtime/watch-folder';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from './config.ts';
import { Consoles } from './consoles.ts';
import { Feed } from './feed.ts';
import { consoleFigures } from './figures.ts';
import { LateBus } from './late-bus.ts';
import { endpoints } from './service.ts';

/** Of all histories. */
const HISTORY_FORMAT = 1;

await run('console', takeNotification(process.env), async (scope, stop, manager) => {
  const { folders, logLevel, rate, historyBytesMax } = readConfig(process.env);
  const log = createLogger('console', logLevel);
  const [lives, exits] = [livesFolder(folders), exitsFolder(folders)];
  for (const folder of [lives, exits]) await mkdir(folder, { recursive: true });
  const histories = join(folders.state, 'console');
  await mkdir(histories, { recursive: true, mode: 0o750 });
  // Two would share out the lines between them, and write over each other's histories.
  scope.use(await lockFile(join(histories, 'lock'), 'a console of this state folder'));
  await claimFormat(histories, HISTORY_FORMAT, (error) =>
    log.warn('the format is not written down', { error }),
  );
  // Reads from the first moment on, whether or not there is a bus; closes it last, when all is said.
  const carrier = scope.use(new LateBus());
  const feed = scope.use(new Feed(carrier));
  const consoles = scope.use(
    new Consoles(
      { lives, exits, histories, historyBytesMax, rate },
      { publish: (name, entries) => feed.publish(name, entries), log },
    ),
  );
  for (const path of [lives, exits]) {
    scope.use(
      await FolderWatch.start({
        path,
        isOfNoConcern: isLifeDraft,
        onScan: async () => consoles.reconcile(),
        onDefect: (error) => log.error('the lives cannot be observed', { error }),
      }),
    );
  }
  manager.ready();
  const onDefect = (error: unknown, where: string): void => log.error('defect', { where, error });
  const access = await readBusAccess(folders, 'console');
  const connect = async (): Promise<Bus> =>
    await Bus.connect({ ...access, identity: 'console', stop, onDefect });
  // A connection of its own: a follower that reads slowly stalls whoever publishes, and requests with it.
  carrier.open(await connect());
  const bus = scope.use(await connect());
  await bus.serve({
    service: 'console',
    version: VERSION,
    endpoints: endpoints(consoles),
    onDrop: (subject, why) => log.warn('request dropped', { subject, why }),
  });
  carrier.onReconnect(() => feed.resume());
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
