import { FAILURES, type FailureCode } from '@albatross/shared/contracts/failures';
import { exit as busExit } from '@albatross/shared/contracts/unikernel-list';
import * as z from 'zod';

/** RFC 3339, always of UTC. */
export const time = z.iso.datetime().meta({ title: 'time' });

export const count = z.int().nonnegative();
/** Of another host a number may be below 0, and is not checked. */
export const integer = z.number().int();
export const text = z.string();

/** How a life ended. */
export const exit = z
  .discriminatedUnion('kind', [
    z.strictObject(busExit.def.options[0].shape),
    z.strictObject(busExit.def.options[1].shape),
    z.strictObject(busExit.def.options[2].shape),
  ])
  .meta({ title: 'exit' });

const codes = Object.keys(FAILURES) as [FailureCode, ...FailureCode[]];
/** One of those in docs/errors.md. */
export const failureCode = z.enum(codes).meta({ title: 'failure code' });

export const restart = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('never') }),
    z.strictObject({ kind: z.literal('on-exit'), statuses: z.array(integer) }),
  ])
  .meta({ title: 'restart rule' });

export const policy = z
  .strictObject({
    unikernels: count,
    memoryMib: count,
    cpus: z.array(count),
    blockMib: count.nullable(),
    bridges: z.array(text),
  })
  .meta({ title: 'policy' });

/** In a file or a certificate, where any number of unikernels is null. */
export const writtenPolicy = z
  .strictObject({ ...policy.shape, unikernels: integer.nullable(), memoryMib: integer })
  .meta({ title: 'written policy' });

/** What a file or a certificate gives a unikernel, but for the arguments. */
export const configuration = {
  memoryMib: integer,
  cpus: z.array(integer),
  startupPriority: integer,
  restart,
  addName: z.boolean(),
  argumentCount: count,
  nets: z.array(z.strictObject({ name: text, bridge: text.nullable(), mac: text.nullable() })),
  blocks: z.array(
    z.strictObject({ name: text, device: text.nullable(), sectorBytes: integer.nullable() }),
  ),
};
