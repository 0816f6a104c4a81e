import { Bus } from '@albatross/shared/bus/bus';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { createLogger } from '@albatross/shared/runtime/logger';
import { run } from '@albatross/shared/runtime/run';
import { VERSION } from '@albatross/shared/runtime/version';
import { readConfig } from './config.ts';
import { endpoints } from './service.ts';
import { startSupervisor } from './supervisor.ts';

await run('supervisor', async (scope, stop) => {
  const config = readConfig(process.env, process.getuid?.() ?? 0);
  const log = createLogger('supervisor', config.logLevel);
  const { fleet, blobs } = await startSupervisor(config, log, scope);
  const access = await readBusAccess(config.folders, 'supervisor');
  const bus = scope.use(
    await Bus.connect({
      ...access,
      identity: 'supervisor',
      stop,
      onDefect: (error, where) => log.error('defect', { where, error }),
    }),
  );
  await bus.serve({
    service: 'supervisor',
    version: VERSION,
    endpoints: endpoints(fleet, blobs),
    onDrop: (subject, why) => log.warn('request dropped', { subject, why }),
  });
  log.info('ready');
});
