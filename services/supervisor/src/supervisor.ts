import type { UnikernelName } from '@albatross/shared/domain/name';
import { livesFolder, exitsFolder } from '@albatross/shared/runtime/folders';
import { lockFile } from '@albatross/shared/runtime/lock-file';
import type { Logger } from '@albatross/shared/runtime/logger';
import type { Scope } from '@albatross/shared/runtime/scope';
import { FolderWatch } from '@albatross/shared/runtime/watch-folder';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Blobs } from './blobs.ts';
import type { Config } from './config.ts';
import { Fleet } from './fleet.ts';
import { TenderFinder } from './host/find-tender.ts';
import type { Host } from './host/host.ts';
import { LifeFolders } from './host/life-folders.ts';
import { LinuxHost } from './host/linux-host.ts';
import { Images } from './images.ts';
import { Keeping } from './keeping.ts';
import { LifeNumbers } from './life-numbers.ts';
import { Outcomes } from './outcomes.ts';
import { Records } from './records.ts';
import { recover } from './recovery.ts';
import { Store, unikernelIn } from './store.ts';
import type { Unikernel } from './unikernel.ts';

export interface Supervisor {
  readonly fleet: Fleet;
  readonly blobs: Blobs;
}

const FORGET_EVERY_MS = 60_000;

/** Everything of the supervisor but the bus: it keeps supervising when there is none. Throws `StartError`. */
export async function startSupervisor(
  config: Config,
  log: Logger,
  scope: Scope,
): Promise<Supervisor> {
  const { state } = config.folders;
  await mkdir(state, { recursive: true, mode: 0o755 });
  scope.use(await lockFile(join(state, 'lock'), 'a supervisor of this state folder'));
  const store = new Store(state);
  const images = new Images(state);
  const blobs = scope.use(new Blobs(state));
  const lives = new LifeFolders(livesFolder(config.folders), exitsFolder(config.folders));
  for (const part of [store, images, blobs, lives]) await part.prepare();
  const stored = await store.readAll((file, error) =>
    log.error('a record is damaged and was put aside', { file, error }),
  );

  const uids = new Map(stored.map((record) => [record.name, unikernelIn(record)?.uid ?? null]));
  await lives.mend(({ unikernel }) => uids.get(unikernel) ?? process.getuid?.() ?? 0);
  const numbers = new LifeNumbers(state);

  const tenders = new TenderFinder({ stateFolder: state, path: config.path });
  const host = new LinuxHost(config, { lives, tenders });
  const records = new Records(store, Date.now);
  const outcomes = new Outcomes(Date.now);
  const unikernels = new Map<UnikernelName, Unikernel>();
  const keeping = new Keeping({ host, images, records, unikernels, log });
  const parts = { host, images, blobs, records, keeping, outcomes, numbers, unikernels, log };
  await recover(stored, parts);
  scope.use(await watchLives(config, host, keeping, log));
  scope.use(forgetOld(records, log));
  return { fleet: new Fleet(parts), blobs };
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
  keeping.onChange = () => void watch.scan();
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
