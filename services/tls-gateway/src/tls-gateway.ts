import { Bus, type BusOptions } from '@albatross/shared/bus/bus';
import { startHeartbeat } from '@albatross/shared/bus/heartbeat';
import { Failure } from '@albatross/shared/contracts/failures';
import type { HeartbeatContent } from '@albatross/shared/contracts/heartbeat';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import type { Folders } from '@albatross/shared/runtime/folders';
import type { Logger } from '@albatross/shared/runtime/logger';
import { readProcessUsage } from '@albatross/shared/runtime/process-usage';
import { StartError } from '@albatross/shared/runtime/run';
import type { Scope } from '@albatross/shared/runtime/scope';
import { VERSION } from '@albatross/shared/runtime/version';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inheritedDescriptors, type Activation } from './activation.ts';
import type { Config } from './config.ts';
import { tlsFigures } from './figures.ts';
import type { Options } from './options.ts';
import { failureText } from './session/failure-text.ts';
import { send } from './session/client.ts';
import { carryOut } from './session/carry-out.ts';
import { Subscribers } from './session/subscribers.ts';
import { liftCertificateLimit } from './tls/certificate-limit.ts';
import { takeConnection } from './tls/inetd.ts';
import { listen, type Entrance, type Listener } from './tls/listen.ts';
import { SessionRefusals } from './tls/refusals.ts';
import { RevocationFolder } from './tls/revocation-folder.ts';
import { makeSecureContexts } from './tls/secure-contexts.ts';
import {
  anchorProblem,
  readAnchor,
  readServerIdentity,
  type ServerFiles,
} from './tls/server-files.ts';
import { TlsFront } from './tls/tls-front.ts';

export interface TlsGateway {
  readonly scope: Scope;
  readonly stop: AbortSignal;
  readonly log: Logger;
  readonly config: Config;
  readonly options: Extract<Options, { readonly kind: 'tls' }>;
  readonly activation: Activation;
}

/** The TLS endpoint; `done` when it had one client, who has gone. Throws `StartError`. */
export async function runTls(gateway: TlsGateway): Promise<void | 'done'> {
  const { scope, stop, log, options, activation } = gateway;
  const { entrance } = options;
  if (entrance.kind === 'inetd') {
    const connection = takeConnection();
    scope.use({ [Symbol.dispose]: () => void connection.destroy() });
    const { front } = await openFront(gateway, { connectDeadlineMs: INETD_BUS_DEADLINE_MS });
    stop.addEventListener('abort', () => connection.destroy(), { once: true });
    await front.accept(connection);
    return 'done';
  }
  const from = entrance.kind === 'activation' ? inheritedFrom(activation) : entrance;
  const opened = await openFront(gateway, {});
  tellOfItself(gateway, opened);
  renewOnHangUp(gateway, opened);
  const { address, port } = scope.use(await openListener(from, opened.front, log));
  const { certificateBytesMax } = opened.front;
  log.info('ready', { address, port, certificateBytesMax });
}

/** There is a client already, who does not wait for ever. */
const INETD_BUS_DEADLINE_MS = 5_000;

function inheritedFrom(activation: Activation): Entrance {
  const wanted =
    'systemd has to hand over one socket: that of a .socket unit with one ListenStream';
  const [fd = -1] = inheritedDescriptors(activation, 1, wanted);
  return { kind: 'descriptor', fd };
}

interface Opened {
  readonly front: TlsFront;
  readonly bus: Bus;
  readonly files: ServerFiles;
  readonly refusals: SessionRefusals;
  readonly subscribers: Subscribers;
}

/** Everything but the place where connections come from. */
async function openFront(
  { scope, stop, log, config, options }: TlsGateway,
  connecting: Pick<BusOptions, 'connectDeadlineMs'>,
): Promise<Opened> {
  // What is wrong with the files is told before anything waits for the bus.
  const files = options.files ?? filesIn(config.folders);
  const { anchor, contexts } = await readFiles(files, log);
  const folder = options.revocationFolder ?? (await revocationFolderIn(config.folders));
  const revocations = scope.use(await RevocationFolder.open({ path: folder, log }));
  revocations.tellProblemsOf([anchor], Date.now());
  const bus = scope.use(
    await Bus.connect({
      ...(await readBusAccess(config.folders, 'tls-gateway')),
      identity: 'tls-gateway',
      stop,
      onDefect: (error, where) => log.error('defect', { where, error }),
      ...connecting,
    }),
  );
  const { maxSubscribers: perNameMax } = options;
  const subscribers = new Subscribers(perNameMax === null ? {} : { perNameMax });
  const refusals = scope.use(new SessionRefusals('tls-gateway', { bus, log }));
  const system = { bus, subscribers };
  const front = scope.use(
    new TlsFront(
      { anchor, contexts },
      {
        serve: async (order, client) => {
          if (bus.isUp) await carryOut(order, client, system);
          else await send(client, { kind: 'failure', text: failureText(BUS_AWAY) });
        },
        inTheNameOf: (actor) => bus.inTheNameOf(actor),
        revocations,
        refusals,
        log,
      },
    ),
  );
  revocations.onChange(() => front.endRevoked());
  return { front, bus, files, refusals, subscribers };
}

/** Told at once: a client that is not kept waiting can try again. */
const BUS_AWAY = new Failure(
  'BUS_UNREACHABLE',
  'the endpoint has lost its connection to the bus; try again later',
);

function filesIn({ conf }: Folders): ServerFiles {
  const tls = join(conf, 'tls');
  return {
    ca: join(tls, 'cacert.pem'),
    certificate: join(tls, 'server.pem'),
    key: join(tls, 'server.key'),
  };
}

async function readFiles(files: ServerFiles, log: Logger) {
  const now = Date.now();
  const anchor = await readAnchor(files.ca, now);
  const problem = anchorProblem(anchor, now);
  if (problem !== null) log.error('nobody can be let in', { why: problem.message });
  const identity = await readServerIdentity(files);
  if (identity.notAfter <= now)
    log.error('the certificate of this endpoint has expired', { file: files.certificate });
  return { anchor, contexts: makeSecureContexts(identity, liftCertificateLimit) };
}

/** Without the folder nothing could be revoked later on, so there is one. */
async function revocationFolderIn({ conf }: Folders): Promise<string> {
  const folder = join(conf, 'tls', 'crls');
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    return folder;
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new StartError(
      `the folder of revocation lists ${folder} cannot be made (${why}); make it, or name another one with --crls`,
    );
  }
}

function tellOfItself(
  { scope, log }: TlsGateway,
  { front, bus, refusals, subscribers }: Opened,
): void {
  const describe = (): HeartbeatContent =>
    tlsFigures({
      front: front.counts,
      refused: refusals.counts,
      subscribers: subscribers.figures,
    });
  scope.use(
    startHeartbeat(bus, {
      process: 'tls-gateway',
      version: VERSION,
      usage: readProcessUsage,
      describe,
      onDefect: (error, where) => log.error('defect', { where, error }),
    }),
  );
}

/** Whoever renewed the certificate of this endpoint sends SIGHUP; clients that are there stay. */
function renewOnHangUp({ scope, log }: TlsGateway, { front, files }: Opened): void {
  const renew = async (): Promise<void> => {
    try {
      front.renew(makeSecureContexts(await readServerIdentity(files), liftCertificateLimit));
      log.info('certificate of this endpoint read again', { file: files.certificate });
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      log.error('the certificate from before is kept', { why: error.message });
    }
  };
  const onHangUp = (): void =>
    void renew().catch((error: unknown) => log.error('defect', { where: 'SIGHUP', error }));
  process.on('SIGHUP', onHangUp);
  scope.use({ [Symbol.dispose]: () => void process.off('SIGHUP', onHangUp) });
}

async function openListener(from: Entrance, front: TlsFront, log: Logger): Promise<Listener> {
  return await listen(
    from,
    (socket) => void front.accept(socket),
    (error) => log.error('a connection could not be taken', { error }),
  );
}
