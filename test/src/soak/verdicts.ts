import type { EventRecord } from '@albatross/shared/contracts/event';
import { untilNone } from '../chaos/at-rest.ts';
import { checkEvents, toldLives } from '../chaos/check-events.ts';
import { leftovers } from '../chaos/destroy-everything.ts';
import { canHaveNetworks } from '../chaos/own-network.ts';
import type { Endpoint } from '../harness/endpoint.ts';
import type { Load } from './load.ts';
import { cgroupsBeside, fifosLeft, strayProcesses, zombies } from './remains.ts';
import type { Standing } from './standing.ts';
import { count, noneOf, type Verdict } from './verdict.ts';

/** How long a process that has ended may stay in the table until its parent looks. */
const REAPED_WITHIN_MS = 5_000;

interface Found {
  readonly endpoint: Endpoint;
  readonly load: Load;
  readonly standing: Standing;
  readonly events: readonly EventRecord[];
}

/** All of them, once everything is destroyed and nothing is asked any more. */
export async function verdictsOf(found: Found): Promise<readonly Verdict[]> {
  const { load, standing, events } = found;
  return [
    ...standing.memory(),
    ...standing.heaps(),
    ...(await standing.descriptors()),
    ...(await remains(found)),
    judgeLines(load),
    judgeEvents(events),
    judgeSessions(load),
    noneOf('whatever did not fit together', load.findings.all),
  ];
}

async function remains({ endpoint, standing }: Found): Promise<readonly Verdict[]> {
  const { system } = endpoint;
  const staying = [...standing.known, ...[...standing.pids.values()].map((pidOf) => pidOf())];
  const zombiesNow = async () => zombies(staying);
  const strays = async () => strayProcesses(system, staying);
  const left = await leftovers(system);
  const isTap = (text: string): boolean => / taps: /.test(text);
  const noTaps = canHaveNetworks() ? {} : { found: 'none can be: that takes root' };
  const cgroups = cgroupsBeside(system.pidOf('supervisor'));
  return [
    noneOf('zombies', await untilNone(zombiesNow, REAPED_WITHIN_MS)),
    noneOf('processes left', await untilNone(strays, REAPED_WITHIN_MS)),
    noneOf('fifos left', fifosLeft(system)),
    noneOf('taps left', left.filter(isTap), noTaps.found),
    noneOf(
      'folders and files left',
      left.filter((text) => !isTap(text)),
    ),
    noneOf('cgroups left', cgroups ?? [], cgroups === null ? 'none can be made here' : undefined),
  ];
}

function judgeLines({ floods }: Load): Verdict {
  const { printed, recorded, dropped, lostAtGaps, gaps } = floods.sums;
  const found = [
    `${count(printed)} printed in ${floods.rounds} rounds: ${count(recorded)} recorded`,
    `${count(dropped)} dropped, ${count(lostAtGaps)} at ${count(gaps)} gaps`,
  ].join(', ');
  const nothing = printed === 0 ? ['nothing was printed'] : [];
  return noneOf('lines lost', [...floods.problems, ...nothing], found);
}

/** Nothing lives any more, so every life that began has ended. */
export function judgeEvents(events: readonly EventRecord[]): Verdict {
  const found = `${count(events.length)} events, ${count(toldLives(events).size)} lives`;
  const problems = [...checkEvents(events, { infos: [], living: [] })];
  return noneOf('events lost', events.length === 0 ? ['there are none'] : problems, found);
}

function judgeSessions({ tls }: Load): Verdict {
  const done = tls.outcomes.get('done') ?? 0;
  const all = [...tls.outcomes.values()].reduce((sum, one) => sum + one, 0);
  const found = `${count(all)} sessions, ${count(done)} of them done`;
  const nothing = done === 0 ? ['no command was carried out'] : [];
  return noneOf('commands over TLS', [...tls.problems, ...nothing], found);
}
