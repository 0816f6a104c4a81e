import type { Logger } from '@albatross/shared/runtime/logger';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Host, ObservedLife } from './host/host.ts';
import type { Images } from './images.ts';
import type { Keeping } from './keeping.ts';
import type { LifeNumbers } from './life-numbers.ts';
import type { Outcomes } from './outcomes.ts';
import type { Records } from './records.ts';
import { unikernelIn, type StoredRecord } from './store.ts';
import { tenderUid } from './tender-uid.ts';
import { Unikernel } from './unikernel.ts';

/** More would make their keepers miss the deadline of a start while all of the machine is busy. */
const STARTS_AT_ONCE = 32;

interface Parts {
  readonly host: Host;
  readonly images: Images;
  readonly records: Records;
  readonly keeping: Keeping;
  readonly outcomes: Outcomes;
  readonly unikernels: Map<UnikernelName, Unikernel>;
  readonly numbers: LifeNumbers;
  readonly log: Logger;
}

/** What a supervisor does first: takes up what runs, and starts what should run. One that fails does not stop the rest. */
export async function recover(stored: readonly StoredRecord[], parts: Parts): Promise<void> {
  const { images, unikernels, records, outcomes, host, numbers } = parts;
  const missing: Unikernel[] = [];
  const lives = await host.observe();
  await numbers.prepare(highestNumber(stored, lives));
  for (const record of stored) {
    records.restore(record);
    for (const outcome of record.outcomes) outcomes.restore(outcome);
    const { desire, name } = record;
    if (desire.kind === 'gone') continue;
    images.hold(desire.unikernel.config.digest);
    const unikernel =
      desire.kind === 'ended'
        ? new Unikernel(desire.unikernel, { kind: 'exited', exit: desire.exit })
        : new Unikernel(desire.unikernel);
    unikernels.set(name, unikernel);
    if (desire.kind === 'run' && !adopt(unikernel, lives, parts)) missing.push(unikernel);
  }
  await images.removeUnheld();
  await Promise.all(
    Array.from({ length: STARTS_AT_ONCE }, async () => {
      for (let next = missing.shift(); next !== undefined; next = missing.shift()) {
        await startAgain(next, parts);
      }
    }),
  );
}

function highestNumber(stored: readonly StoredRecord[], lives: readonly ObservedLife[]): number {
  const seen = lives.map(({ life }) => life.number);
  const known = stored.map((record) => unikernelIn(record)?.life ?? 0);
  return [...seen, ...known].reduce((most, one) => Math.max(most, one), 0);
}

/** Its newest life, unless that was never completed, or was lost with the boot it belonged to. */
function adopt(
  unikernel: Unikernel,
  lives: readonly ObservedLife[],
  { keeping, log }: Parts,
): boolean {
  const { config, life: number } = unikernel;
  const seen = lives.find(({ life }) => life.unikernel === config.name && life.number === number);
  if (seen?.record == null) return false;
  keeping.adopt(unikernel, seen.life, seen.record);
  log.info('adopted', { name: config.name, life: number });
  return true;
}

async function startAgain(unikernel: Unikernel, parts: Parts): Promise<void> {
  const { host, keeping, records, numbers, unikernels, log } = parts;
  const { name, target, abiVersion } = unikernel.config;
  try {
    const tender = await host.findTender(target, abiVersion);
    // Whoever started supervisors before was perhaps root, or was not.
    const taken = [...unikernels.values()].map((one) => one.uid);
    unikernel.uid = tenderUid(host.tenderUids, unikernel.uid, taken);
    unikernel.restarts += 1;
    unikernel.life = await numbers.take();
    await records.writeRunning(unikernel);
    await keeping.start(unikernel, tender);
    log.info('started', { name });
  } catch (error) {
    unikernel.apply({ kind: 'start-failed' });
    log.error('a unikernel cannot be started', { name, error });
  }
}
