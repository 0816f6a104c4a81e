import { labelTokens, ROOT, type Name, type PathName } from '../domain/name.ts';
import type { Policy } from '../domain/policy.ts';
import { PolicyError, readPolicy } from '../domain/read-policy.ts';
import * as field from './fields.ts';
import { defineRequest } from './request.ts';
import * as z from './schema.ts';

/** A policy as somebody asks for it. Whatever is wrong with its numbers is `POLICY_INVALID`. */
export const policy = field.parsed(
  z.strictObject({
    unikernels: z.unknown(),
    memoryMib: z.unknown(),
    cpus: z.unknown(),
    blockMib: z.unknown(),
    bridges: z.unknown(),
  }),
  readPolicy,
  { code: 'POLICY_INVALID', thrown: [PolicyError] },
) as unknown as z.ZodMiniType<Policy, Policy>;

/** A policy as it is shown. The machine's own may allow more than anybody can ask for, or nothing. */
export const shownPolicy = z.object({
  unikernels: field.count,
  memoryMib: field.count,
  cpus: z.array(field.count),
  /** Null: no block devices. */
  blockMib: z.nullable(field.count),
  bridges: z.array(z.string()),
});

export const policyEntry = z.object({
  path: field.pathName,
  /** What is allowed at and below the path; at the root, what the operator chose, as far as the machine has it. */
  policy: shownPolicy,
  /** By everything at and below the path. */
  usage: z.object({ unikernels: field.count, memoryMib: field.count, blockMib: field.count }),
  /** Null for the machine's own. */
  setAt: z.nullable(field.time),
  /** Whether it is the machine's own, which holds at the root unless the operator chose another. */
  isMachine: z.boolean(),
});

export type PolicyEntry = z.output<typeof policyEntry>;

/**
 * A policy is a property that a path is given from above. So it is addressed by the labels of its path,
 * `foo` and not `foo.:`: whoever may ask for `foo.>` only cannot raise the policy of `foo:`.
 */
const byLabels = (path: Name): string => (path === ROOT ? ROOT : labelTokens(path).join('.'));

export const listPolicies = defineRequest({
  service: 'supervisor',
  noun: 'policy',
  verb: 'info',
  summary:
    'The policies of a path and of everything below it, with what is used; the root first, then by path; page by page.',
  body: z.strictObject({
    name: field.pathName,
    /** The last path of the page before. */
    after: z.optional(field.pathName),
  }),
  address: byLabels,
  reply: z.object({
    policies: z.array(policyEntry),
    /** What to ask with `after` for the next page; null at the end. */
    next: z.nullable(field.pathName),
  }),
  failures: [],
  deadlineMs: 5_000,
});

export const addPolicy = defineRequest({
  service: 'supervisor',
  noun: 'policy',
  verb: 'add',
  summary:
    "Sets the policy of a path, or replaces it. It must allow no more than any policy above it but the root's, and no less than any below it and what is used.",
  body: z.strictObject({
    id: field.requestId,
    name: field.pathName,
    policy,
    /** As in `policy.assert`; without it the policy is set now, whatever there is. */
    setAt: z.optional(field.time),
  }),
  address: byLabels,
  reply: z.object({ changed: z.boolean() }),
  failures: ['ID_REUSED', 'POLICY_INVALID', 'POLICY_CONFLICT', 'DISK_FULL'],
  deadlineMs: 10_000,
});

export const removePolicy = defineRequest({
  service: 'supervisor',
  noun: 'policy',
  verb: 'remove',
  summary:
    "Removes the policy of a path; those above it still hold. At the root the machine's own holds again, if what is used fits it.",
  body: z.strictObject({ id: field.requestId, name: field.pathName }),
  address: byLabels,
  reply: field.done,
  failures: ['ID_REUSED', 'POLICY_NOT_FOUND', 'POLICY_CONFLICT', 'DISK_FULL'],
  deadlineMs: 10_000,
});

export const rootOnly = field.pathName.check(
  z.refine((path) => path === ROOT, 'policies are asserted at the root, ":"'),
);
export const pathBelowRoot = field.pathName.check(
  z.refine((path) => path !== ROOT, 'no chain gives the root a policy'),
);

/** Policies of one chain of certificates. */
export const POLICIES_PER_ASSERT_MAX = 16;

export const assertPolicies = defineRequest({
  service: 'supervisor',
  noun: 'policy',
  verb: 'assert',
  summary:
    'Sets the policies of several paths, all or none, as a chain of certificates has them. One that is older than what stands there leaves it in place.',
  body: z.strictObject({
    id: field.requestId,
    name: rootOnly,
    policies: z
      .array(
        z.strictObject({
          path: pathBelowRoot,
          policy,
          /** When its certificate began to be valid. */
          setAt: field.time,
        }),
      )
      .check(
        z.minLength(1),
        z.maxLength(POLICIES_PER_ASSERT_MAX),
        z.refine(areDifferent, 'a path is there twice'),
      ),
  }),
  reply: z.object({ changed: z.boolean() }),
  failures: ['ID_REUSED', 'POLICY_INVALID', 'POLICY_CONFLICT', 'DISK_FULL'],
  deadlineMs: 10_000,
});

function areDifferent(policies: readonly { readonly path: PathName }[]): boolean {
  return new Set(policies.map(({ path }) => path)).size === policies.length;
}
