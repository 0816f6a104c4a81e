import { listConsoles } from '@albatross/shared/contracts/console';
import { eventRecord } from '@albatross/shared/contracts/event';
import * as field from '@albatross/shared/contracts/fields';
import { sample as busSample } from '@albatross/shared/contracts/stats';
import { hostStats } from '@albatross/shared/contracts/host-stats';
import * as z from 'zod';
import { count, exit, integer, text, time } from './values.ts';

export const consoleEntry = z
  .strictObject({
    name: field.unikernelName,
    /** Of another host it is not known. */
    seq: count.nullable(),
    at: time,
    line: text,
    /** Whether the line was longer than is kept. */
    truncated: z.boolean(),
    /** The bytes of a line that is not UTF-8. */
    base64: z.base64().nullable().meta({ title: 'base64 or null' }),
    /** What it is that the guest did not print. */
    marker: z.enum(['boot', 'exit', 'gap', 'dropped']).nullable(),
    /** Lines. */
    dropped: count.nullable(),
  })
  .meta({ title: 'console entry' });

export const console = z.strictObject({
  ...listConsoles.reply.shape.consoles.def.element.shape,
  lastAt: time,
});

const [firstEvent, ...otherEvents] = (
  eventRecord.def.options as readonly Pick<EventShape, 'shape'>[]
).map(({ shape }) => z.strictObject({ ...shape, ...('exit' in shape ? { exit } : {}), at: time }));

/** Those of the bus, but for the time. */
export const event = z
  .discriminatedUnion('type', [firstEvent as EventShape, ...otherEvents])
  .meta({ title: 'event' });

type EventShape = z.ZodObject<{ type: z.core.$ZodLiteral<string> }>;

export const eventGap = z.strictObject({ marker: z.literal('gap'), after: count, first: count });

const { process, nets } = busSample.shape;
export const traffic = z
  .strictObject(nets.def.element.shape.toGuest.shape)
  .meta({ title: 'traffic' });

export const processSample = z.strictObject(process.shape).meta({ title: 'process sample' });

export const netSample = z
  .strictObject({ ...nets.def.element.shape, fromGuest: traffic, toGuest: traffic })
  .meta({ title: 'network sample' });

const sampleFields = {
  ...busSample.shape,
  at: time,
  startedAt: time,
  process: processSample,
  nets: z.array(netSample),
};

export const sample = z.strictObject(sampleFields).meta({ title: 'sample' });

/** Of another host, without what the wire does not tell. */
export const sampleThere = z.strictObject({
  name: field.name,
  at: time,
  startedAt: time.nullable(),
  process: z.strictObject({
    utimeUs: integer,
    stimeUs: integer,
    cpuShare: z.number().nullable(),
    minorFaults: integer,
    majorFaults: integer,
    vsizeBytes: integer.nullable(),
    rssPages: integer.nullable(),
    textPages: integer.nullable(),
    dataPages: integer.nullable(),
    swaps: integer,
    voluntarySwitches: integer,
    involuntarySwitches: integer,
  }),
  vmm: z.record(z.string(), z.number()).nullable(),
  nets: z.array(
    z.strictObject({
      name: text,
      mtu: integer,
      flags: integer,
      fromGuest: traffic,
      toGuest: traffic,
      multicastFromGuest: integer,
      collisions: integer,
    }),
  ),
});

const { host, paths } = hostStats.reply.shape;
const { maximum, used } = paths.def.element.shape.policy.def.innerType.shape;
const rate = z.number().nullable();

/** One refresh. */
export const top = z.strictObject({
  at: time,
  /** Between two samples. */
  intervalMs: integer.nullable(),
  /** Why there is nothing newer. */
  noData: z.strictObject({ since: time.nullable(), why: text }).nullable(),
  host: z.strictObject({ ...host.shape, at: time }).nullable(),
  path: z
    .strictObject({
      ...paths.def.element.shape,
      policy: z
        .strictObject({
          maximum: z.strictObject(maximum.def.innerType.shape).nullable(),
          used: z.strictObject(used.shape),
        })
        .nullable(),
    })
    .nullable(),
  unikernels: z.array(
    z.strictObject({
      ...sampleFields,
      /** Bytes a second. */
      rates: z.strictObject({ toGuest: rate, fromGuest: rate, read: rate, written: rate }),
    }),
  ),
});
