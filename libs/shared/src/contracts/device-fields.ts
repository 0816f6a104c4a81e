import { DeviceError, readBlockDevices, readCpus, readNetDevices } from '../domain/device.ts';
import { MacError } from '../domain/mac.ts';
import { parsed, refuse } from './fields.ts';
import * as z from './schema.ts';

const THROWN = [DeviceError, MacError];
const DEVICE_INVALID = { code: 'DEVICE_INVALID', thrown: THROWN } as const;

/** Ascending, each once. */
export const cpus = parsed(z.array(z.unknown()), readCpus, {
  code: 'CPUS_INVALID',
  thrown: THROWN,
});

export const nets = parsed(
  z.array(
    z.strictObject({
      name: z.string(),
      /** As the device when there is none. */
      bridge: z.optional(z.string()),
      mac: z.optional(z.string()),
    }),
  ),
  readNetDevices,
  DEVICE_INVALID,
);

export const blocks = parsed(
  z.array(
    z.strictObject({
      name: z.string(),
      /** Label of the block device, in the unikernel's own path; as the device when there is none. */
      device: z.optional(z.string()),
      sectorBytes: z.optional(z.number()),
    }),
  ),
  readBlockDevices,
  DEVICE_INVALID,
);

export const memoryMib = z.pipe(
  z.unknown(),
  z.transform((value, context) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
    context.issues.push({
      code: 'custom',
      message: `memory is a whole number of MiB, at least 1; ${typeof value === 'number' ? value : 'this'} is not`,
      input: value,
      ...refuse('MEMORY_INVALID'),
    });
    return z.NEVER;
  }),
) as z.ZodMiniType<number, number>;
