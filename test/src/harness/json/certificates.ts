import * as z from 'zod';
import { configuration, count, integer, text, time, writtenPolicy } from './values.ts';

/** Of any command with `--csr`. */
export const writtenRequest = z
  .strictObject({ commonName: text, request: text, key: text })
  .meta({ title: 'signing request' });

const made = z.strictObject({ name: text, certificate: text, notAfter: time, key: text });

export const generated = z.strictObject({ authority: made, server: made, database: text });

export const signed = z.strictObject({
  file: text,
  kind: z.enum(['leaf', 'server', 'authority']),
  name: text,
  /** As on the wire. */
  command: text.nullable(),
  policy: writtenPolicy.nullable(),
  serial: text,
  notAfter: time,
  authorityNotAfter: time,
});

export const revoked = z.strictObject({
  certificates: z.array(
    z.strictObject({ serial: text, name: text.nullable(), wasRevoked: z.boolean() }),
  ),
  list: text,
  listed: count,
  nextUpdate: time,
});

export const writtenConfiguration = z
  .strictObject(configuration)
  .meta({ title: 'written configuration' });

export const carriedCommand = z
  .strictObject({
    kind: text,
    does: text,
    details: z.array(text),
    configuration: writtenConfiguration.nullable(),
    image: z.strictObject({ storedBytes: count, compressed: z.boolean() }).nullable(),
  })
  .meta({ title: 'carried command' });

const carried = {
  path: text.nullable(),
  policy: writtenPolicy.nullable(),
  command: carriedCommand.nullable(),
  problem: text.nullable(),
};

export const explanation = z.strictObject({
  file: text,
  kind: z.enum(['client', 'server', 'authority', 'request']),
  at: time,
  accepted: z.boolean(),
  refusals: z.array(
    z.strictObject({
      by: z.enum(['certificates', 'chain', 'gateway', 'policies', 'supervisor']),
      reason: text,
      message: text,
      remedy: text.nullable(),
    }),
  ),
  certificates: z.array(
    z.strictObject({
      ...carried,
      subject: text,
      issuer: text,
      serial: text,
      notBefore: time,
      notAfter: time,
      key: text,
      isAuthority: z.boolean(),
      isTrusted: z.boolean(),
      hosts: text.nullable(),
    }),
  ),
  request: z.strictObject({ ...carried, subject: text, key: text }).nullable(),
  name: text.nullable(),
  trust: z.strictObject({ file: text.nullable(), authority: text.nullable() }),
  revocationLists: integer.nullable(),
  notes: z.array(text),
  expiresAt: time.nullable(),
});
