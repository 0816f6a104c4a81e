import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { defaultMac } from '@albatross/shared/domain/mac';
import type { UnikernelRequest } from './state-request.ts';

/** As the supervisor reads a request, and the image's digest. */
type Configured = UnikernelRequest['config'] & { readonly digest: string };

/** In which aspects a unikernel that is there is another than the one that is asked for. */
export function differencesFrom(present: UnikernelDetails, asked: Configured): readonly string[] {
  const aspects: Readonly<Record<string, (one: Configured | UnikernelDetails) => unknown>> = {
    image: ({ digest }) => digest,
    memory: ({ memoryMib }) => memoryMib,
    'set of CPUs': ({ cpus }) => cpus,
    'start-up priority': ({ startupPriority }) => startupPriority,
    'restart rule': ({ restart }) =>
      restart.kind === 'never' ? null : [...new Set(restart.statuses)].toSorted((a, b) => a - b),
    'choice of --name': ({ addName }) => addName,
    'list of arguments': (one) => one.arguments,
    // The file keeps no order of devices; an address that was not given is derived from the names.
    'list of network devices': ({ nets }) =>
      byName(nets).map(({ name, bridge, mac }) => [
        name,
        bridge,
        mac ?? defaultMac(name, present.name),
      ]),
    'list of block devices': ({ blocks }) =>
      byName(blocks).map(({ name, device, sectorBytes }) => [name, device, sectorBytes]),
  };
  return Object.entries(aspects)
    .filter(([, of]) => !isSame(of(asked), of(present)))
    .map(([aspect]) => aspect);
}

function byName<T extends { readonly name: string }>(devices: readonly T[]): readonly T[] {
  return devices.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
