import type { EventRecord } from '@albatross/shared/contracts/event';
import { describeExit } from '@albatross/shared/domain/exit';
import { escapeControl } from '@albatross/shared/runtime/escape';
import type { EventGap } from './event-stream.ts';

/** As on the bus, but for the time, which is RFC 3339. */
export function eventToJson(event: EventRecord): object {
  return { ...event, at: new Date(event.at).toISOString() };
}

/** One line for a terminal: when, what, what happened to it, and who did it. */
export function eventToText(event: EventRecord): string {
  const by =
    event.actor === 'supervisor' ? '' : ` (by ${event.actor === '*' ? 'several' : event.actor})`;
  const text = `${event.name} ${describeEvent(event)}${by}`;
  return `${new Date(event.at).toISOString()} ${escapeControl(text)}`;
}

/** Stands where the log no longer reaches; `marker` tells it from an event. */
export function gapToJson({ after, first }: EventGap): object {
  return { marker: 'gap', after, first };
}

export function gapToText({ after, first }: EventGap): string {
  return `-- events ${after + 1} to ${first - 1} are not kept any more --`;
}

function describeEvent(event: EventRecord): string {
  switch (event.type) {
    case 'supervisor-started':
      return `supervisor started, version ${event.version}`;
    case 'adopted':
      return `found running, life ${event.life}, process ${event.pid}`;
    case 'created':
      return `${event.replaced ? 'replaced' : 'created'}: ${event.target} image ${event.digest.slice(0, 12)}, ${event.memoryMib} MiB`;
    case 'restarted':
      return event.changed ? 'restarted, with another configuration' : 'restarted';
    case 'started':
      return `started, life ${event.life}, process ${event.pid}${list(', taps ', event.taps)}`;
    case 'exited':
      return `ended, life ${event.life}: ${describeExit(event.exit)} after ${seconds(event.lifetimeMs)}`;
    case 'restarting':
      return `is started again in ${seconds(event.delayMs)}, attempt ${event.attempt}`;
    case 'failed':
      return `failed: ${event.why}`;
    case 'stopped':
    case 'destroyed':
      return event.type;
    case 'refused':
      return `${event.request} refused: ${event.code}${event.times === 1 ? '' : `, ${event.times} times`}`;
    case 'policy-set':
      return `policy set: ${describePolicy(event)}`;
    case 'policy-removed':
      return 'policy removed';
    case 'block-created':
      return `block device created, ${event.sizeMib} MiB`;
    case 'block-removed':
      return 'block device removed';
    case 'block-set':
      return 'block device written';
    case 'block-dumped':
      return 'block device read';
    case 'lost':
      return `${event.count} events are missing here: the disk did not take them`;
  }
}

type PolicySet = Extract<EventRecord, { readonly type: 'policy-set' }>;

function describePolicy({ unikernels, memoryMib, cpus, blockMib, bridges }: PolicySet): string {
  return [
    `${unikernels} unikernels`,
    `${memoryMib} MiB of memory`,
    list('CPUs ', cpus) || 'no CPUs',
    blockMib === null ? 'no block devices' : `${blockMib} MiB of block devices`,
    list('bridges ', bridges) || 'no bridges',
  ].join(', ');
}

/** Empty for none. */
function list(title: string, items: readonly (string | number)[]): string {
  return items.length === 0 ? '' : `${title}${items.join(' ')}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 3 : 0)} s`;
}
