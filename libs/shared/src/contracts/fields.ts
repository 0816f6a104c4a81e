import { z } from 'zod';
import { DeviceError, readBlockDevices, readCpus, readNetDevices } from '../domain/device.ts';
import { MacError } from '../domain/mac.ts';
import {
  isPathName,
  NameError,
  parseName,
  parseUnikernelName,
  type PathName,
} from '../domain/name.ts';
import type { FailureCode } from './failures.ts';

/** A refusal in a schema that has a failure code of its own; the bus turns it into that failure. */
export function refuse(code: FailureCode): { readonly params: { readonly failure: FailureCode } } {
  return { params: { failure: code } };
}

function named<T>(parse: (text: string) => T): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof NameError)) throw error;
      context.issues.push({
        code: 'custom',
        message: error.message,
        input: text,
        ...refuse('NAME_INVALID'),
      });
      return z.NEVER;
    }
  });
}

export const name = named(parseName);
export const unikernelName = named(parseUnikernelName);
export const pathName = named(parsePathName);

function parsePathName(text: string): PathName {
  const name = parseName(text);
  if (isPathName(name)) return name;
  throw new NameError(`${JSON.stringify(text)} is no path; a path ends in a colon, as in "foo:"`);
}

/** Chosen by the caller, once for each thing it wants done; a repetition has the same id. */
export const requestId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, 'a request id has 8 to 64 letters, digits, "-" or "_"');

export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a digest is 64 lower-case hexadecimal digits');

export const bytes = z.instanceof(Uint8Array) as z.ZodType<Uint8Array>;

/** Milliseconds since 1970. */
export const time = z.number().int().nonnegative();

export const count = z.number().int().nonnegative();

/** The reply of a request that has nothing to tell but that it was carried out. */
export const done = z.object({});
export type Done = Record<string, never>;

/** zlib's; 0 is no compression. */
export const compressionLevel = z.number().int().min(0).max(9);

/** Throws what `parse` throws as an issue with that failure's code. */
function refused<T, Input>(
  schema: z.ZodType<Input>,
  code: FailureCode,
  parse: (value: Input) => T,
): z.ZodType<T, Input> {
  return schema.transform((value, context) => {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof DeviceError) && !(error instanceof MacError)) throw error;
      context.issues.push({
        code: 'custom',
        message: error.message,
        input: value,
        ...refuse(code),
      });
      return z.NEVER;
    }
  }) as z.ZodType<T, Input>;
}

/** Ascending, each once. */
export const cpus = refused(z.array(z.unknown()), 'CPUS_INVALID', readCpus);

export const nets = refused(
  z.array(
    z.strictObject({
      name: z.string(),
      /** As the device when there is none. */
      bridge: z.string().optional(),
      mac: z.string().optional(),
    }),
  ),
  'DEVICE_INVALID',
  readNetDevices,
);

export const blocks = refused(
  z.array(
    z.strictObject({
      name: z.string(),
      /** Label of the block device, in the unikernel's own path; as the device when there is none. */
      device: z.string().optional(),
      sectorBytes: z.number().optional(),
    }),
  ),
  'DEVICE_INVALID',
  readBlockDevices,
);

export const memoryMib = z.unknown().transform((value, context) => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  context.issues.push({
    code: 'custom',
    message: `memory is a whole number of MiB, at least 1; ${typeof value === 'number' ? value : 'this'} is not`,
    input: value,
    ...refuse('MEMORY_INVALID'),
  });
  return z.NEVER;
}) as z.ZodType<number, number>;
