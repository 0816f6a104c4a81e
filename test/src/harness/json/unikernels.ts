import { listBlocks } from '@albatross/shared/contracts/block';
import { policyEntry as busPolicyEntry } from '@albatross/shared/contracts/policy';
import { unikernelDetails } from '@albatross/shared/contracts/unikernel';
import { unikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import * as field from '@albatross/shared/contracts/fields';
import * as z from 'zod';
import { count, exit, integer, policy, restart, text, time } from './values.ts';

/** As on the bus, but for times. */
const summaryFields = {
  ...unikernelSummary.shape,
  startedAt: time.nullable(),
  nextTryAt: time.nullable(),
  exit: exit.nullable(),
  lastExit: exit.nullable(),
};

export const summary = z.strictObject(summaryFields).meta({ title: 'unikernel summary' });

const { nets, blocks, pastLives, arguments: _, ...otherDetails } = unikernelDetails.shape;

/** Of the arguments, which may be secrets, how many there are. */
const detailFields = {
  ...otherDetails,
  ...summaryFields,
  argumentCount: count,
  nets: z.array(z.strictObject(nets.def.element.shape)),
  blocks: z.array(z.strictObject(blocks.def.element.shape)),
  restart,
  pastLives: z.array(z.strictObject({ ...pastLives.def.element.shape, exit, at: time })),
};

export const details = z.strictObject(detailFields).meta({ title: 'unikernel' });

const usage = z
  .strictObject({
    /** CPUs it kept busy. */
    cpuShare: z.number().nullable(),
    rssBytes: count,
    sampledAt: time,
  })
  .nullable();

export const policyEntry = z
  .strictObject({
    ...busPolicyEntry.shape,
    policy,
    usage: z.strictObject(busPolicyEntry.shape.usage.shape),
    setAt: time.nullable(),
  })
  .meta({ title: 'policy entry' });

export const block = z
  .strictObject(listBlocks.reply.shape.blocks.def.element.shape)
  .meta({ title: 'block device' });

export const summaryWithUsage = z.strictObject({ ...summaryFields, usage });
export const detailsWithUsage = z.strictObject({
  ...detailFields,
  usage,
  policies: z.array(policyEntry),
});

/** A path, and all that is in it; below it, others. */
export const tree = z
  .strictObject({
    path: field.pathName,
    policy: policyEntry.nullable(),
    usage: z.strictObject(busPolicyEntry.shape.usage.shape),
    unikernels: z.array(summary),
    blocks: z.array(block),
    get paths(): z.ZodArray {
      return z.array(tree).meta({ title: 'list of tree' });
    },
  })
  .meta({ title: 'tree' });

/** What another host tells. */
const thereFields = {
  name: field.name,
  hypervisor: z.enum(['solo5', 'bhyve']),
  memoryMib: integer,
  digest: text,
  startedAt: time.nullable(),
  cpus: z.array(integer),
};

export const summaryThere = z.strictObject(thereFields);

export const detailsThere = z.strictObject({
  ...thereFields,
  nets: z.array(z.strictObject({ name: text, bridge: text, mac: text })),
  blocks: z.array(
    z.strictObject({
      name: text,
      device: text,
      sectorBytes: integer,
      sizeMib: integer.nullable(),
    }),
  ),
  startupPriority: integer,
  restart,
  argumentCount: count,
  vcpus: integer,
});
