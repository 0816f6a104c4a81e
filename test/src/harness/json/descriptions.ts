import * as field from '@albatross/shared/contracts/fields';
import * as z from 'zod';
import { count, integer, text } from './values.ts';

const value = z.json().meta({ title: 'any value' });

/** What `apply` does or did, and `diff` finds. A field is null where there was nothing, or will be nothing. */
export const change = z
  .strictObject({
    action: z.enum(['create', 'change', 'destroy']),
    kind: z.enum(['policy', 'block', 'unikernel']),
    name: text,
    fields: z.array(z.strictObject({ name: text, before: value, after: value })),
  })
  .meta({ title: 'change' });

/** A file for `apply`, which is YAML and so JSON as well. Maps and lists that are empty are left out there. */
export const description = z.strictObject({
  version: z.literal(1),
  path: field.pathName,
  policies: z
    .record(
      text,
      z.strictObject({
        unikernels: count,
        memoryMib: count,
        cpus: z.array(count),
        bridges: z.array(text).optional(),
        blockMib: count.optional(),
      }),
    )
    .optional(),
  blocks: z.record(text, z.strictObject({ sizeMib: count })).optional(),
  unikernels: z
    .record(
      text,
      z.strictObject({
        image: z.strictObject({ file: text.optional(), sha256: field.sha256 }),
        memoryMib: count,
        cpus: z.array(count),
        startupPriority: integer,
        restart: z.union([
          z.enum(['never', 'on-exit']),
          z.strictObject({ 'on-exit': z.array(integer) }),
        ]),
        arguments: z.array(text).optional(),
        addName: z.boolean(),
        networks: z.record(text, z.strictObject({ bridge: text, mac: text.optional() })).optional(),
        blocks: z
          .record(text, z.strictObject({ device: text, sectorBytes: integer.optional() }))
          .optional(),
        state: z.enum(['running', 'stopped']),
      }),
    )
    .optional(),
});
