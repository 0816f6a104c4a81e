import { parseUnikernelName, type UnikernelName } from '../domain/name.ts';
import { outcome, type Outcome } from './stored-outcome.ts';
import { refuseNewer } from './stored-version.ts';
import * as z from './schema.ts';

/** `_` stands in no name, so a file that is called by one is not the index. */
export const BLOCK_INDEX_FILE = '_index.json';

/** Which block devices there are, and what is being done to them. */
export interface BlockIndexContent {
  /** Sizes in MiB. */
  readonly devices: ReadonlyMap<UnikernelName, number>;
  readonly pending: readonly BlockStep[];
  readonly outcomes: readonly Outcome[];
}

export type BlockStep = z.output<typeof step>;

const VERSION = 1;

/**
 * ```text
 * {"version":1, "devices":[{"name":"foo:data","sizeMib":16}], "pending":[…], "outcomes":[…]}
 * ```
 */
export function serializeBlockIndex({ devices, pending, outcomes }: BlockIndexContent): string {
  const list = [...devices].map(([name, sizeMib]) => ({ name, sizeMib }));
  return `${JSON.stringify({ version: VERSION, devices: list, pending, outcomes }, null, 2)}\n`;
}

/** Throws `NewerFormat`, and other errors. */
export function parseBlockIndex(text: string): BlockIndexContent {
  const json: unknown = JSON.parse(text);
  refuseNewer(json, VERSION);
  const { devices, pending, outcomes } = content.parse(json);
  return { devices: new Map(devices.map((one) => [one.name, one.sizeMib])), pending, outcomes };
}

const name = z.pipe(z.string(), z.transform(parseUnikernelName));
const draft = z.string().check(z.regex(/^\.new_[0-9a-f]{32}$/));

/**
 * What follows from the index and may not have been done yet. `make` and `replace`: the draft becomes the
 * device's file; once there is no draft any more, it has. `remove`: the file goes.
 */
const step = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('make'), name, draft }),
  z.strictObject({ kind: z.literal('replace'), name, draft }),
  z.strictObject({ kind: z.literal('remove'), name }),
]);

const content = z.strictObject({
  version: z.literal(VERSION),
  devices: z.array(z.strictObject({ name, sizeMib: z.int().check(z.positive()) })),
  pending: z.array(step),
  outcomes: z.array(outcome),
});
