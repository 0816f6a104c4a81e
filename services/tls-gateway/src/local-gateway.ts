import { Bus } from '@albatross/shared/bus/bus';
import { startHeartbeat } from '@albatross/shared/bus/heartbeat';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import type { Logger } from '@albatross/shared/runtime/logger';
import { readProcessUsage } from '@albatross/shared/runtime/process-usage';
import type { Scope } from '@albatross/shared/runtime/scope';
import { VERSION } from '@albatross/shared/runtime/version';
import { join } from 'node:path';
import type { Activation } from './activation.ts';
import type { Config } from './config.ts';
import { localFigures } from './figures.ts';
import type { Options } from './options.ts';
import { carryOut } from './session/carry-out.ts';
import { Subscribers } from './session/subscribers.ts';
import { startSockets } from './socket/sockets.ts';

export interface LocalGateway {
  readonly scope: Scope;
  readonly stop: AbortSignal;
  readonly log: Logger;
  readonly config: Config;
  readonly options: Extract<Options, { readonly kind: 'local' }>;
  readonly activation: Activation;
}

/** The original's sockets. Throws `StartError`. */
export async function runLocal({
  scope,
  stop,
  log,
  config,
  options,
  activation,
}: LocalGateway): Promise<void> {
  const { folders } = config;
  const onDefect = (error: unknown, where: string): void => log.error('defect', { where, error });
  const access = await readBusAccess(folders, 'local-gateway');
  const bus = scope.use(
    await Bus.connect({ ...access, identity: 'local-gateway', stop, onDefect }),
  );
  const { maxSubscribers: perNameMax } = options;
  const subscribers = new Subscribers(perNameMax === null ? {} : { perNameMax });
  const system = { bus, subscribers };
  scope.use(
    await startSockets({
      folder: join(folders.run, 'util'),
      activation: options.isActivated ? activation : null,
      requests: bus,
      carryOut: async (order, client) => await carryOut(order, client, system),
      log,
    }),
  );
  scope.use(
    startHeartbeat(bus, {
      process: 'local-gateway',
      version: VERSION,
      usage: readProcessUsage,
      describe: () => localFigures(subscribers.figures),
      onDefect,
    }),
  );
  log.info('ready');
}
