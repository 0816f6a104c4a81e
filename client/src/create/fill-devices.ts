import { Failure } from '@albatross/shared/contracts/failures';
import { INTERFACE_NAME } from '@albatross/shared/domain/device';
import { LABEL_BYTES_MAX } from '@albatross/shared/domain/name';
import { describeDevices, devicesBeside, devicesGiven, type Device } from '@albatross/solo5';
import type { Configuration } from '@albatross/wire';

export interface GivenDevices {
  readonly nets: Configuration['nets'];
  readonly blocks: Configuration['blocks'];
}

export interface FilledDevices extends GivenDevices {
  /** For people, what was not given: `network service on bridge service`. */
  readonly filledIn: readonly string[];
}

/**
 * Adds the devices that an image's manifest asks for and nobody gave: a network device on the bridge of its own
 * name, a block device from the block device of its own name, as `--net NAME` and `--block NAME` have it. Throws
 * a `Failure` for a device that the manifest does not have.
 */
export function fillDevices(manifest: readonly Device[], given: GivenDevices): FilledDevices {
  refuseUnknown(manifest, given);
  const nets = missing(manifest, 'net', given.nets);
  const blocks = missing(manifest, 'block', given.blocks);
  for (const name of nets) if (!INTERFACE_NAME.test(name)) throw unnameable(name, 'net');
  for (const name of blocks) if (name.length > LABEL_BYTES_MAX) throw unnameable(name, 'block');
  return {
    nets: [...given.nets, ...nets.map((name) => ({ name }))],
    blocks: [...given.blocks, ...blocks.map((name) => ({ name }))],
    filledIn: [
      ...nets.map((name) => `network ${name} on bridge ${name}`),
      ...blocks.map((name) => `block ${name} is block device ${name}`),
    ],
  };
}

function missing(
  manifest: readonly Device[],
  kind: Device['kind'],
  given: readonly { readonly name: string }[],
): readonly string[] {
  const names = manifest.filter((device) => device.kind === kind).map(({ name }) => name);
  return names.filter((name) => !given.some((one) => one.name === name));
}

function refuseUnknown(manifest: readonly Device[], given: GivenDevices): void {
  const devices = devicesGiven(given);
  const unknown = devicesBeside(devices, manifest);
  if (unknown.length === 0) return;
  const right =
    manifest.length === 0
      ? 'it asks for no devices: leave that out'
      : `it asks for ${describeDevices(manifest)}: write ${manifest.map(optionFor).join(' ')}`;
  throw new Failure(
    'DEVICES_MISMATCH',
    `the image's manifest has no ${describeDevices(unknown)}; ${right}`,
    { manifest, given: devices },
  );
}

function optionFor({ kind, name }: Device): string {
  return kind === 'net' ? `--net ${name}[:BRIDGE]` : `--block ${name}[:DEVICE]`;
}

/** Names of devices may be longer than those of what they are on. */
function unnameable(name: string, kind: Device['kind']): Failure {
  const [what, right] =
    kind === 'net'
      ? ['no bridge can have', `--net ${name}:BRIDGE`]
      : ['no block device can have', `--block ${name}:DEVICE`];
  const message = `the image's manifest asks for ${kind} "${name}", a name that ${what}; write ${right}`;
  return new Failure('DEVICES_MISMATCH', message);
}
