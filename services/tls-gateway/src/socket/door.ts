import { commandRule, type CommandRule, type WireCommand, type WirePayload } from '@albatross/wire';

/** The original has a daemon behind each of these, and its clients know which one carries out what. */
export const DOORS = [
  'vmmd',
  'console',
  'stat',
] as const satisfies readonly CommandRule['daemon'][];

export type Door = (typeof DOORS)[number];

export function socketFile(door: Door): string {
  return `${door}.sock`;
}

/** Why this is not carried out here, whoever says it; null when it is. */
export function refusalAt(door: Door, payload: WirePayload): string | null {
  const unknown = UNKNOWN[door];
  if (payload.kind !== 'command') return `${unknown}: a ${payload.kind} is no command`;
  const { kind } = payload.command;
  const { daemon: right, from } = commandRule(payload.command);
  if (from === 'nobody') return internal(door, kind);
  if (right === door) return null;
  return `${unknown}: ${kind} is carried out at ${socketFile(right)}, and this is ${socketFile(door)}`;
}

/** As the original's daemons begin. */
const UNKNOWN = {
  vmmd: 'unknown command',
  console: 'unexpected command',
  stat: 'unexpected command',
} as const satisfies Record<Door, string>;

function internal(door: Door, kind: WireCommand['kind']): string {
  const begin = door === 'stat' && kind === 'stats-initial' ? 'unexpected message initial' : null;
  const why = `${kind} is for the original's daemons among themselves; this albatross has its own, and none of them may run beside it`;
  return `${begin ?? UNKNOWN[door]}: ${why}`;
}
