/** The same with all sets of devices in one order: on the wire they have none. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === 'nets' || key === 'blocks' ? sorted(member) : inOrder(member),
    ]),
  );
}

function sorted(devices: readonly object[]): readonly string[] {
  return devices.map((device) => JSON.stringify(device)).toSorted();
}
