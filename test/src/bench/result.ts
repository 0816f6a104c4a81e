import * as z from 'zod';

/** What one run of the benchmark measured, as `--json` writes it. */
export const benchResult = z.strictObject({
  format: z.literal(1),
  /** RFC 3339. */
  startedAt: z.string(),
  durationSeconds: z.number(),
  /** As it was typed. */
  command: z.string(),
  isQuick: z.boolean(),
  machine: z.strictObject({
    cpus: z.number(),
    cpuModel: z.string(),
    memoryMib: z.number(),
    kernel: z.string(),
    system: z.string(),
    /** CPU time that the hypervisor gave to others during the run, of all there was; 0 to 1. */
    stolen: z.number(),
  }),
  /** Of the programs that took part, by their names. */
  versions: z.record(z.string(), z.string()),
  rows: z.array(
    z.strictObject({
      key: z.string(),
      what: z.string(),
      unit: unit(),
      figure: figure(),
      limit: z.strictObject({ what: z.string(), figure: figure() }).nullable(),
      who: z.enum(['ours', 'original']),
    }),
  ),
  absent: z.array(
    z.strictObject({
      key: z.string(),
      what: z.string(),
      why: z.string(),
      who: z.enum(['ours', 'original']),
    }),
  ),
  series: z.array(
    z.strictObject({
      key: z.string(),
      what: z.string(),
      unit: unit(),
      points: z.array(z.strictObject({ unikernels: z.number(), value: z.number() })),
    }),
  ),
});

export type BenchResult = z.output<typeof benchResult>;

function unit() {
  return z.enum(['ms', 'µs', '/s', 'MiB', 'KiB']);
}

function figure() {
  return z.strictObject({ runs: z.number(), median: z.number(), p99: z.number().nullable() });
}
