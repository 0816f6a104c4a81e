import { Bus } from '@albatross/shared/bus/bus';
import { startHeartbeat } from '@albatross/shared/bus/heartbeat';
import { eventFeed } from '@albatross/shared/contracts/event';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { createLogger } from '@albatross/shared/runtime/logger';
import { readProcessUsage } from '@albatross/shared/runtime/process-usage';
import { run } from '@albatross/shared/runtime/run';
import { takeNotification } from '@albatross/shared/runtime/service-manager';
import { VERSION } from '@albatross/shared/runtime/version';
import { readConfig } from './config.ts';
import { supervisorFigures } from './figures.ts';
import { endpoints } from './service.ts';
import { startSupervisor } from './supervisor.ts';

await run('supervisor', takeNotification(process.env), async (scope, stop, manager) => {
  const config = readConfig(process.env, process.getuid?.() ?? 0);
  const log = createLogger('supervisor', config.logLevel);
  const supervisor = await startSupervisor(config, log, scope);
  // It supervises from now on, whether or not there is a bus.
  manager.ready();
  const access = await readBusAccess(config.folders, 'supervisor');
  const onDefect = (error: unknown, where: string): void => log.error('defect', { where, error });
  const bus = scope.use(
    await Bus.connect({
      ...access,
      identity: 'supervisor',
      stop,
      onDefect,
    }),
  );
  supervisor.events.onRecorded = (event) => void bus.publish(eventFeed, event.name, event);
  await bus.serve({
    service: 'supervisor',
    version: VERSION,
    endpoints: endpoints(supervisor),
    onDrop: (subject, why) => log.warn('request dropped', { subject, why }),
  });
  scope.use(bus.keepStats({ onFailure: (error) => log.error('no samples are kept', { error }) }));
  scope.use(
    startHeartbeat(bus, {
      process: 'supervisor',
      version: VERSION,
      usage: readProcessUsage,
      describe: () => supervisorFigures(supervisor),
      onDefect,
    }),
  );
  log.info('ready');
});
