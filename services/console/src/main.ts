import { Bus } from '@albatross/shared/bus/bus';
import {
  consoleFeed,
  ENTRIES_PER_MESSAGE_MAX,
  type ConsoleEntry,
} from '@albatross/shared/contracts/console';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { exitsFolder, livesFolder } from '@albatross/shared/runtime/folders';
import { createLogger } from '@albatross/shared/runtime/logger';
import { run } from '@albatross/shared/runtime/run';
import { VERSION } from '@albatross/shared/runtime/version';
import { FolderWatch } from '@albatross/shared/runtime/watch-folder';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from './config.ts';
import { Consoles } from './consoles.ts';
import { endpoints } from './service.ts';

await run('console', async (scope) => {
  const { folders, logLevel } = readConfig(process.env);
  const log = createLogger('console', logLevel);
  const [lives, exits] = [livesFolder(folders), exitsFolder(folders)];
  for (const folder of [lives, exits]) await mkdir(folder, { recursive: true });
  // Reads from the first moment on, whether or not there is a bus.
  let bus: Bus | null = null;
  const publish = (name: UnikernelName, entries: readonly ConsoleEntry[]): void => {
    for (let at = 0; at < entries.length; at += ENTRIES_PER_MESSAGE_MAX) {
      bus?.publish(consoleFeed, name, {
        name,
        entries: entries.slice(at, at + ENTRIES_PER_MESSAGE_MAX),
      });
    }
  };
  const consoles = scope.use(
    new Consoles({ lives, exits, histories: join(folders.state, 'console') }, { publish, log }),
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
  bus = scope.use(
    await Bus.connect({
      ...(await readBusAccess(folders, 'console')),
      identity: 'console',
      onDefect: (error, where) => log.error('defect', { where, error }),
    }),
  );
  await bus.serve({
    service: 'console',
    version: VERSION,
    endpoints: endpoints(consoles),
    onDrop: (subject, why) => log.warn('request dropped', { subject, why }),
  });
  log.info('ready');
});
