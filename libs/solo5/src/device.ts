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
