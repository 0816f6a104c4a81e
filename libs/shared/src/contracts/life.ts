import type { Tap } from '../domain/device.ts';
import type { LifeRecord } from '../domain/life.ts';
import * as z from './schema.ts';

/** The taps of a life, as they stand in its files. */
export const lifeTaps = z.array(
  z.object({ device: z.string(), bridge: z.string(), tap: z.string(), mac: z.string() }),
) satisfies z.ZodMiniType<Tap[]>;

/** What names one process for ever. */
export const processIdentity = z.object({
  pid: z.int().check(z.positive()),
  startTicks: z.int().check(z.nonnegative()),
  bootId: z.string(),
}) satisfies z.ZodMiniType<Pick<LifeRecord, 'pid' | 'startTicks' | 'bootId'>>;

const lifeRecord = z.extend(processIdentity, {
  uid: z.int().check(z.nonnegative()),
  startedAt: z.number(),
  taps: lifeTaps,
}) satisfies z.ZodMiniType<LifeRecord>;

/** The record of a life, as the supervisor writes it for whoever wants to know. Null for text that is none. */
export function parseLifeRecord(text: string): LifeRecord | null {
  try {
    return lifeRecord.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
