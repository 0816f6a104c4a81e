import type { EventRecord } from '@albatross/shared/contracts/event';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { lifeName, type LifeName } from '@albatross/shared/domain/life';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { isDeepStrictEqual } from 'node:util';
import { isNumbered } from './order.ts';

/** What the log tells of one life. */
export interface ToldLife {
  readonly name: UnikernelName;
  readonly number: number;
  started: number;
  adopted: number;
  readonly exits: Extract<EventRecord, { type: 'exited' }>[];
}

/** Every life the log tells of. */
export function toldLives(events: readonly EventRecord[]): ReadonlyMap<LifeName, ToldLife> {
  const lives = new Map<LifeName, ToldLife>();
  for (const event of events) {
    if (event.type !== 'started' && event.type !== 'adopted' && event.type !== 'exited') continue;
    const name = event.name as UnikernelName;
    const key = lifeName({ unikernel: name, number: event.life });
    const told = lives.get(key) ?? { name, number: event.life, started: 0, adopted: 0, exits: [] };
    if (event.type === 'exited') told.exits.push(event);
    else told[event.type] += 1;
    lives.set(key, told);
  }
  return lives;
}

interface Known {
  readonly infos: readonly UnikernelDetails[];
  /** Names of lives that go on. */
  readonly living: readonly string[];
}

/** The log against itself, and against what there is. */
export function checkEvents(events: readonly EventRecord[], known: Known): readonly string[] {
  const ids = new Set(events.map(({ id }) => id));
  return [
    ...(isNumbered(events, 0) ? [] : ['the events are not numbered one by one from 1']),
    ...(ids.size === events.length ? [] : [`${events.length} events have ${ids.size} ids`]),
    ...events.filter(({ type }) => type === 'lost').map(() => 'events were lost'),
    ...checkLives(events, known),
    ...checkOneAtATime(events),
    ...checkPast(events, known),
    ...checkPresence(events, known),
  ];
}

function checkLives(events: readonly EventRecord[], { living }: Known): readonly string[] {
  const lives = toldLives(events);
  const untold = living.filter((life) => !lives.has(life as LifeName));
  return [
    ...untold.map((life) => `${life} goes on, and no event tells of it`),
    ...[...lives].flatMap(([life, { started, adopted, exits }]) => {
      const isAlive = living.includes(life);
      const problems: string[] = [];
      if (started > 1) problems.push(`${life} is told to have started ${started} times`);
      if (isAlive && exits.length > 0) problems.push(`${life} goes on, and is told to have ended`);
      // One that began and ended while no supervisor was there is told of by its end alone.
      if (!isAlive && exits.length !== 1)
        problems.push(
          `${life} (started ${started}, adopted ${adopted} times) is told to have ended ${exits.length} times`,
        );
      return problems;
    }),
  ];
}

/** A name has one guest at a time: with two it would have two addresses, and consoles, that are the same. */
function checkOneAtATime(events: readonly EventRecord[]): readonly string[] {
  const living = new Map<string, Set<number>>();
  return events.flatMap((event) => {
    if (event.type !== 'started' && event.type !== 'adopted' && event.type !== 'exited') return [];
    const { name, life } = event;
    const others = [...(living.get(name) ?? [])].filter((other) => other !== life);
    living.set(name, new Set(event.type === 'exited' ? others : [...others, life]));
    if (event.type !== 'started') return [];
    return others.map((other) => `life ${life} of ${name} began before life ${other} had ended`);
  });
}

/** What is remembered of past lives. */
function checkPast(events: readonly EventRecord[], { infos }: Known): readonly string[] {
  const lives = toldLives(events);
  return infos.flatMap(({ name, pastLives }) =>
    pastLives.flatMap(({ life, exit }) => {
      const told = lives.get(lifeName({ unikernel: name, number: life }))?.exits[0];
      if (isDeepStrictEqual(told?.exit, exit)) return [];
      const shown = JSON.stringify(told?.exit ?? null);
      return [`life ${life} of ${name} ended by ${JSON.stringify(exit)}; the log has ${shown}`];
    }),
  );
}

/** The last word about every name. */
function checkPresence(events: readonly EventRecord[], { infos }: Known): readonly string[] {
  const last = new Map<string, EventRecord['type']>();
  for (const { type, name } of events)
    if (type === 'created' || type === 'destroyed') last.set(name, type);
  const names = new Set<string>([...last.keys(), ...infos.map(({ name }) => name)]);
  return [...names].flatMap((name) => {
    const isThere = infos.some((info) => info.name === name);
    const isSaid = last.get(name) === 'created';
    if (isThere === isSaid) return [];
    return [`${name} is ${isThere ? '' : 'not '}there; the last event is ${last.get(name)}`];
  });
}
