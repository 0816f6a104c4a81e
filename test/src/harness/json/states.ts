import * as z from 'zod';
import {
  configuration,
  count,
  exit,
  failureCode,
  integer,
  policy,
  text,
  writtenPolicy,
} from './values.ts';

const hypervisor = z.enum(['solo5', 'bhyve']);

/** Null is what could not be read; `why` says why. */
const dumped = { name: text.nullable(), why: text.nullable() };

export const dump = z.strictObject({
  policies: z.array(z.strictObject({ ...dumped, policy: writtenPolicy.nullable() })),
  unikernels: z.array(
    z.strictObject({
      ...dumped,
      unikernel: z
        .strictObject({
          hypervisor,
          ...configuration,
          vcpus: integer,
          linuxBoot: text.nullable(),
          image: z.strictObject({
            storedBytes: count.nullable(),
            compressed: z.boolean(),
            digest: text.nullable(),
            target: text.nullable(),
          }),
          wanted: z.enum(['run', 'stop', 'ended', 'failed']),
          restarts: count.nullable(),
          lastExit: exit.nullable(),
          because: text.nullable(),
        })
        .nullable(),
    }),
  ),
  blocks: z.array(
    z.strictObject({
      ...dumped,
      block: z.strictObject({ sizeMib: count, isThere: z.boolean() }).nullable(),
    }),
  ),
});

/** `import` is what would be done, the others what was done. */
const step = {
  name: text.nullable(),
  outcome: z.enum(['import', 'imported', 'skip', 'refuse']),
  code: failureCode.nullable(),
  why: text.nullable(),
  notes: z.array(text),
};

export const importPlan = z.strictObject({
  policies: z.array(z.strictObject({ ...step, policy: policy.nullable() })),
  unikernels: z.array(
    z.strictObject({
      ...step,
      unikernel: z
        .strictObject({
          hypervisor,
          ...configuration,
          image: z.strictObject({
            storedBytes: count,
            compressed: z.boolean(),
            sizeBytes: count.nullable(),
            digest: text.nullable(),
          }),
        })
        .nullable(),
    }),
  ),
});

/** `create` has the words of a command line that creates it anew. */
export const extracted = z.strictObject({
  name: text,
  file: text,
  sizeBytes: count,
  create: z.array(text),
});
