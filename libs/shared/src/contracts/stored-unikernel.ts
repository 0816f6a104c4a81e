import { parseUnikernelName, wireForm, type UnikernelName } from '../domain/name.ts';
import { isTenderTarget, type TenderTarget, type UnikernelConfig } from '../domain/unikernel.ts';
import { outcome, type Outcome } from './stored-outcome.ts';
import { refuseNewer } from './stored-version.ts';
import * as z from './schema.ts';

/**
 * What is remembered of one unikernel: one JSON file, always replaced as a whole. `run`: it should be
 * running; `stop`: it should not, until somebody asks for it; `ended`: it came to an end by itself;
 * `failed`: it did so too often; `gone`: it was destroyed, and only the outcomes of requests are still
 * worth knowing.
 */
export type Desire =
  /** `ending`: a life that somebody is ending to start the next one. */
  | {
      readonly kind: 'run';
      readonly unikernel: StoredUnikernel;
      readonly ending?: number | undefined;
    }
  | { readonly kind: 'stop' | 'ended'; readonly unikernel: StoredUnikernel }
  | { readonly kind: 'failed'; readonly unikernel: StoredUnikernel; readonly why: string }
  | { readonly kind: 'gone' };

export interface StoredUnikernel {
  readonly config: UnikernelConfig;
  /** The user its tender runs as; null: as the supervisor's own. */
  readonly uid: number | null;
  readonly restarts: number;
  /** Number of its newest life. */
  readonly life: number;
  /** Lives that were not healthy since the last that was. */
  readonly failures: number;
  /** The newest ends, oldest first. */
  readonly pastLives: readonly PastLife[];
}

/** How one life ended. */
export type PastLife = z.output<typeof pastLife>;

export interface StoredRecord {
  readonly name: UnikernelName;
  readonly desire: Desire;
  readonly outcomes: readonly Outcome[];
}

/** The unikernel a record is about; null when it was destroyed. */
export function unikernelIn({ desire }: StoredRecord): StoredUnikernel | null {
  return desire.kind === 'gone' ? null : desire.unikernel;
}

const RECORD_VERSION = 1;

/**
 * ```text
 * {"version":1, "name":"foo:hello",
 *  "desire":{"kind":"run","unikernel":{"config":{…},"uid":700000,"restarts":0,"life":7,"failures":0,"pastLives":[…]}},
 *  "outcomes":[…]}
 * ```
 */
export function serializeRecord(stored: StoredRecord): string {
  return `${JSON.stringify({ version: RECORD_VERSION, ...stored }, null, 2)}\n`;
}

/** `folder`: the one it stands in, which is called by its name. Throws `NewerFormat`, and other errors. */
export function parseRecord(text: string, folder: string): StoredRecord {
  const value: unknown = JSON.parse(text);
  refuseNewer(value, RECORD_VERSION);
  const { version: _, ...stored } = record.parse(value);
  if (wireForm(stored.name) !== folder) throw new Error(`it holds ${stored.name}`);
  return stored;
}

const exit = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('status'), status: z.int() }),
  z.strictObject({ kind: z.literal('signal'), signal: z.int() }),
  z.strictObject({ kind: z.literal('unknown') }),
]);

const pastLife = z.strictObject({
  life: z.int().check(z.positive()),
  exit,
  /** When it ended, milliseconds since 1970. */
  at: z.number(),
  lifetimeMs: z.number().check(z.nonnegative()),
});

const name = z.pipe(z.string(), z.transform(parseUnikernelName));

const unikernel = z.strictObject({
  config: z.strictObject({
    name,
    digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    target: z.string().check(z.refine(isTenderTarget)) as z.ZodMiniType<TenderTarget, string>,
    abiVersion: z.int(),
    memoryMib: z.int().check(z.positive()),
    cpus: z.array(z.int().check(z.nonnegative())),
    nets: z.array(
      z.strictObject({ name: z.string(), bridge: z.string(), mac: z.nullable(z.string()) }),
    ),
    blocks: z.array(
      z.strictObject({
        name: z.string(),
        device: z.string(),
        sectorBytes: z.nullable(z.int()),
      }),
    ),
    startupPriority: z.int().check(z.nonnegative()),
    restart: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('never') }),
      z.strictObject({ kind: z.literal('on-exit'), statuses: z.array(z.int()) }),
    ]),
    arguments: z.array(z.string()),
    addName: z.boolean(),
  }),
  uid: z.nullable(z.int()),
  restarts: z.int().check(z.nonnegative()),
  life: z.int().check(z.nonnegative()),
  failures: z.int().check(z.nonnegative()),
  pastLives: z.array(pastLife),
});

const record = z.strictObject({
  version: z.literal(RECORD_VERSION),
  name,
  desire: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('run'),
      unikernel,
      ending: z.optional(z.int().check(z.positive())),
    }),
    z.strictObject({ kind: z.enum(['stop', 'ended']), unikernel }),
    z.strictObject({ kind: z.literal('failed'), unikernel, why: z.string() }),
    z.strictObject({ kind: z.literal('gone') }),
  ]),
  outcomes: z.array(outcome),
});
