import { lifeName } from '@albatross/shared/domain/life';
import { ROOT } from '@albatross/shared/domain/name';
import { exitsFolder, fifosFolder, livesFolder } from '@albatross/shared/runtime/folders';
import { lockFile } from '@albatross/shared/runtime/lock-file';
import type { Logger } from '@albatross/shared/runtime/logger';
import type { Scope } from '@albatross/shared/runtime/scope';
import { claimFormat } from '@albatross/shared/runtime/state-format';
import { VERSION } from '@albatross/shared/runtime/version';
import { FolderWatch } from '@albatross/shared/runtime/watch-folder';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { composeSupervisor, type Supervisor } from './compose.ts';
import type { Config } from './config.ts';
import { EventLog } from './events/event-log.ts';
import type { Cgroups } from './host/cgroups.ts';
import { detectCgroup } from './host/detect-cgroup.ts';
import { FifoStock } from './host/fifo-stock.ts';
import { TenderFinder } from './host/find-tender.ts';
import type { Host } from './host/host.ts';
import { LifeFolders } from './host/life-folders.ts';
import { IpBatch } from './host/ip-batch.ts';
import { LinuxHost } from './host/linux-host.ts';
import { requireLinux } from './host/platform.ts';
import { Taps } from './host/taps.ts';
import type { Keeping } from './unikernels/keeping.ts';
import { startMissing } from './unikernels/recovery.ts';
import type { Records } from './unikernels/records.ts';
import { unikernelIn } from '@albatross/shared/contracts/stored-unikernel';
import { Store, type Stored } from './unikernels/store.ts';

const FORGET_EVERY_MS = 60_000;
/** Of the state folder, and of the one where lives are; of everything in them that is ours. */
const STATE_FORMAT = 1;

/** Everything of the supervisor but the bus: it keeps supervising when there is none. Throws `StartError`. */
export async function startSupervisor(
  config: Config,
  log: Logger,
  scope: Scope,
): Promise<Supervisor> {
  requireLinux(process.platform);
  const { state } = config.folders;
  await mkdir(state, { recursive: true, mode: 0o755 });
  scope.use(await lockFile(join(state, 'lock'), 'a supervisor of this state folder'));
  const onFormat = (error: unknown): void => log.warn('a format is not written down', { error });
  for (const folder of [state, config.folders.run]) {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await claimFormat(folder, STATE_FORMAT, onFormat);
  }
  const store = new Store(state);
  const ip = scope.use(new IpBatch({ path: config.path }));
  const removals = scope.use(new IpBatch({ path: config.path }));
  const taps = new Taps({ ip, removals });
  const lives = new LifeFolders(livesFolder(config.folders), exitsFolder(config.folders), taps);
  for (const part of [store, lives]) await part.prepare();
  const stored = await store.readAll((file, error) =>
    log.error('a record is damaged and was put aside', { file, error }),
  );
  await mendLives(lives, stored, log);
  const onDefect = (error: unknown): void => log.error('an event cannot be kept', { error });
  const events = scope.use(
    await EventLog.open({ folder: join(state, 'events'), now: Date.now, onDefect }),
  );
  events.record({ ...OURS, type: 'supervisor-started', version: VERSION });

  const tenders = new TenderFinder({ stateFolder: state, path: config.path });
  const blockFolder = join(state, 'block');
  const cgroups = await prepareCgroups(stored, log);
  const fifos = scope.use(new FifoStock(fifosFolder(config.folders), config.path));
  // Who needs some before is told why there are none.
  void fifos.make().catch(() => undefined);
  const host = new LinuxHost({ ...config, blockFolder }, { lives, fifos, tenders, taps, cgroups });
  const supervisor = await composeSupervisor(
    { store, stored, host, events, log, now: Date.now, random: Math.random, clock },
    config,
  );
  const { fleet, blobs, refusals, keeping, records, missing } = supervisor;
  scope.use(blobs);
  scope.use(refusals);
  scope.use(await watchLives(config, host, keeping, log));
  scope.use(fleet);
  scope.use(forgetOld(records, log));
  events.forgetIds();
  // Whoever asks for something meanwhile is answered.
  void startMissing(missing, fleet).catch((error: unknown) => {
    log.error('not all unikernels could be started', { error });
  });
  return supervisor;
}

const clock = (): number => performance.now();

const OURS = { name: ROOT, actor: 'supervisor', requestId: null } as const;

async function mendLives(lives: LifeFolders, stored: Stored, log: Logger): Promise<void> {
  const uids = new Map(stored.records.map((one) => [one.name, unikernelIn(one)?.uid ?? null]));
  await lives.mend(
    ({ unikernel }) => uids.get(unikernel) ?? process.getuid?.() ?? 0,
    (life, error) => log.error('a life cannot be mended', { life: lifeName(life), error }),
  );
}

/** Where there are none, a guest's memory is still what its tender gives it. */
async function prepareCgroups({ records }: Stored, log: Logger): Promise<Cgroups | null> {
  const found = detectCgroup();
  if (found.kind === 'usable') {
    const { cgroups } = found;
    await cgroups.removeUnused();
    for (const record of records) {
      const { config, life: number } = unikernelIn(record) ?? {};
      if (config === undefined || number === undefined) continue;
      await cgroups.renew({ unikernel: record.name, number }, config);
    }
    return cgroups;
  }
  log.info('tenders have no cgroups of their own', { why: found.why });
  return null;
}

/** An exit is a file that appears; what makes none is noticed by the watch's slow timer. */
async function watchLives(
  config: Config,
  host: Host,
  keeping: Keeping,
  log: Logger,
): Promise<FolderWatch> {
  const watch = await FolderWatch.start({
    path: exitsFolder(config.folders),
    onScan: async () => await keeping.observed(await host.observe()),
    onDefect: (error) => log.error('the lives cannot be observed', { error }),
  });
  keeping.onChange = async () => await watch.scan();
  return watch;
}

function forgetOld(records: Records, log: Logger): Disposable {
  const timer = setInterval(() => {
    records
      .forgetOld()
      .catch((error: unknown) => log.warn('old outcomes cannot be removed', { error }));
  }, FORGET_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
