import type { Tap } from '@albatross/shared/domain/device';
import { wireForm, type UnikernelName } from '@albatross/shared/domain/name';

/**
 * The kernel chooses the name and `ifconfig` prints it. It is kept: a tender opens the node `/dev/<name>`,
 * which does not follow when an interface is renamed.
 */
export const CREATE_TAP: readonly string[] = ['ifconfig', 'tap', 'create'];

/** What `CREATE_TAP` printed: `tap0` LF. Throws for anything else. */
export function readCreatedTap(printed: string): string {
  const name = /^(tap\d{1,5})\n$/.exec(printed)?.[1];
  if (name === undefined) throw new Error(`ifconfig printed no name of a tap: ${printed}`);
  return name;
}

/** What makes a created tap ours and the guest's: in this order, up to the first that fails. */
export function attachTap(
  { tap, bridge }: Pick<Tap, 'tap' | 'bridge'>,
  owner: { readonly name: UnikernelName; readonly uid: number | null },
): readonly (readonly string[])[] {
  const node = owner.uid === null ? [] : [['chown', String(owner.uid), `/dev/${tap}`]];
  return [
    ['ifconfig', tap, 'description', descriptionOf(owner.name)],
    ...node,
    ['ifconfig', tap, 'up'],
    ['ifconfig', bridge, 'addm', tap],
  ];
}

/** Takes it off its bridge, too. */
export function destroyTap(tap: string): readonly string[] {
  return ['ifconfig', tap, 'destroy'];
}

/** The bridges of a host: their names, one after the other, are printed. */
export const LIST_BRIDGES: readonly string[] = ['ifconfig', '-g', 'bridge'];

/** By which a tap is known for ours, as by its alias on Linux. */
function descriptionOf(name: UnikernelName): string {
  return `albatross:${wireForm(name)}`;
}
