import { Failure } from '@albatross/shared/contracts/failures';
import { OWN_GROUPS, OWN_USERS } from './accounts.ts';
import type { Ownership, Place } from './place.ts';
import type { AccountStep, PlaceStep } from './step.ts';

/** What is in a place. A link is followed where a folder should be; one in the place of a file is left alone. */
export type Found =
  | { readonly kind: 'nothing' | 'link' | 'other' }
  | (FoundOwnership & { readonly kind: 'folder' })
  | (FoundOwnership & { readonly kind: 'file'; readonly text: string });

interface FoundOwnership {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** The numbers of the users and groups that are there, by name. */
export interface Accounts {
  readonly users: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<string, number>;
}

/** The accounts that are to be made, groups first. */
export function planAccounts({ users, groups }: Accounts): readonly AccountStep[] {
  const group = (name: string): AccountStep => ({ kind: 'group', name });
  const user = (name: string): AccountStep => ({ kind: 'user', name });
  return [
    ...OWN_GROUPS.filter((name) => !groups.has(name)).map(group),
    ...OWN_USERS.filter((name) => !users.has(name)).map(user),
  ];
}

/**
 * What has to be done for all places to be as they should be, in this order. Without accounts everything belongs to
 * whoever makes it. Throws a `Failure` `FILE_UNWRITABLE` when something else is in the way.
 */
export function planPlaces(
  places: readonly Place[],
  found: ReadonlyMap<string, Found>,
  accounts: Accounts | null,
): readonly PlaceStep[] {
  return places.flatMap((place) => {
    const present = found.get(place.path) ?? { kind: 'nothing' };
    return stepFor(place, present, accounts) ?? [];
  });
}

/** Null where all is well. */
function stepFor(place: Place, found: Found, accounts: Accounts | null): PlaceStep | null {
  const { path, user, group, mode } = place;
  const ownership = { path, user, group, mode };
  if (place.kind === 'folder') {
    if (found.kind === 'nothing') return { kind: 'make-folder', ...ownership };
    if (found.kind !== 'folder') throw inTheWay(path, 'folder');
    return mending(ownership, found, accounts);
  }
  const { text, isKept } = place;
  if (found.kind === 'nothing')
    return text === null ? null : { kind: 'make-file', ...ownership, text };
  if (found.kind === 'link') return null;
  if (found.kind !== 'file') throw inTheWay(path, 'file');
  if (text !== null && !isKept && text !== found.text)
    return { kind: 'rewrite-file', ...ownership, text };
  return mending(ownership, found, accounts);
}

function mending(
  wanted: Ownership,
  found: FoundOwnership,
  accounts: Accounts | null,
): PlaceStep | null {
  const isOfMode = found.mode === wanted.mode;
  if (accounts === null) {
    const [now, was] = [modeText(wanted.mode), modeText(found.mode)];
    return isOfMode ? null : { kind: 'mend', ...wanted, now, was };
  }
  const uid = accounts.users.get(wanted.user);
  const gid = accounts.groups.get(wanted.group);
  if (isOfMode && uid === found.uid && gid === found.gid) return null;
  const now = `${wanted.user}:${wanted.group} ${modeText(wanted.mode)}`;
  const was = `${found.uid}:${found.gid} ${modeText(found.mode)}`;
  return { kind: 'mend', ...wanted, now, was };
}

function modeText(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function inTheWay(path: string, wanted: 'file' | 'folder'): Failure {
  const message = `${path} is no ${wanted}; move it away, and try again`;
  return new Failure('FILE_UNWRITABLE', message, { file: path });
}
