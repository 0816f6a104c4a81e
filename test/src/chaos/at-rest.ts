import type { EventRecord } from '@albatross/shared/contracts/event';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSystem } from '../harness/running-system.ts';
import { checkConsoles } from './check-consoles.ts';
import { checkEvents, toldLives } from './check-events.ts';
import { checkHoldings } from './check-holdings.ts';
import { checkUnikernels } from './check-unikernels.ts';
import type { Client } from './client.ts';
import type { Disturbances } from './disturbances.ts';
import type { Figures } from './figures.ts';
import type { Ledger } from './ledger.ts';
import { takeSnapshot } from './snapshot.ts';

/** How long everything may take to come to rest; a keeper that says nothing is waited for for ten seconds. */
const REST_WITHIN_MS = 45_000;
const LOOK_MS = 250;

interface Known {
  readonly disturbances: Disturbances;
  readonly ledger: Ledger;
  readonly clients: readonly Client[];
  readonly figures: Figures;
  /** All there ever were; by default those the supervisor still has. */
  readonly allEvents?: () => Promise<readonly EventRecord[]>;
  /** Whether it is about what these clients changed; by default all is. */
  readonly isTheirs?: (event: EventRecord) => boolean;
}

/** What is not as it must be while nobody asks for anything. */
export async function problemsAtRest(
  system: RunningSystem,
  { disturbances, ledger, clients, figures, allEvents, isTheirs = () => true }: Known,
): Promise<readonly string[]> {
  const administrator = await system.administrator();
  const snapshot = await takeSnapshot(administrator, system.dir, system.folders);
  if (snapshot === null) return ['it does not come to rest'];
  const events = (await allEvents?.()) ?? snapshot.events;
  figures.events = events.length;
  figures.lives = toldLives(events).size;
  const now = [...checkUnikernels(snapshot, disturbances), ...checkHoldings(snapshot)];
  if (now.length > 0) return now;
  const known = { infos: snapshot.infos, living: snapshot.lives };
  const theirs = events.filter(isTheirs);
  return [
    ...checkEvents(events, known),
    ...ledger.disagreements(theirs),
    ...(await checkConsoles(administrator, theirs, disturbances)),
    ...clients.flatMap((client) => client.expectations(snapshot)),
  ];
}

/** What is not right at once may still be on its way. Resolves with what is left of it in the end. */
export async function untilNone(
  look: () => Promise<readonly string[]>,
  withinMs = REST_WITHIN_MS,
): Promise<readonly string[]> {
  const end = Date.now() + withinMs;
  for (;;) {
    const problems = await look();
    if (problems.length === 0 || Date.now() > end) return problems;
    await sleep(LOOK_MS);
  }
}
