/** A device that an image asks for; the tender refuses to start without it. */
export interface Device {
  /** 1 to 67 letters and digits. */
  readonly name: string;
  readonly kind: 'net' | 'block';
}

/** For people: `net "service", block "storage"`, or `no devices`. */
export function describeDevices(devices: readonly Device[]): string {
  if (devices.length === 0) return 'no devices';
  return devices.map(({ kind, name }) => `${kind} "${name}"`).join(', ');
}

/** What a unikernel is given. */
interface Given {
  readonly nets: readonly { readonly name: string }[];
  readonly blocks: readonly { readonly name: string }[];
}

/** As a manifest would have them: networks first. */
export function devicesGiven({ nets, blocks }: Given): readonly Device[] {
  return [
    ...nets.map(({ name }): Device => ({ kind: 'net', name })),
    ...blocks.map(({ name }): Device => ({ kind: 'block', name })),
  ];
}

/** Those that are not among the others. */
export function devicesBeside(devices: readonly Device[], others: readonly Device[]): Device[] {
  return devices.filter(
    (one) => !others.some((other) => one.name === other.name && one.kind === other.kind),
  );
}
