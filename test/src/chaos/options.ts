import { parseArgs } from 'node:util';

export interface Options {
  /** One after the other. */
  readonly seeds: readonly number[];
  readonly operations: number;
  readonly clients: number;
  /** Whether this process is in a network of its own already. */
  readonly isInside: boolean;
}

export const USAGE =
  'usage: npm run chaos -- [--seed N | --seeds A-B] [--operations N] [--clients N]';

const OPERATIONS_DEFAULT = 1000;
const CLIENTS_DEFAULT = 8;

/** Throws an Error that says what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      operations: { type: 'string', default: String(OPERATIONS_DEFAULT) },
      clients: { type: 'string', default: String(CLIENTS_DEFAULT) },
      inside: { type: 'boolean', default: false },
    },
  });
  if (values.seed !== undefined && values.seeds !== undefined)
    throw new Error('--seed and --seeds exclude each other');
  return {
    seeds: readSeeds(values.seed, values.seeds),
    operations: readCount('--operations', values.operations),
    clients: readCount('--clients', values.clients),
    isInside: values.inside,
  };
}

function readSeeds(seed: string | undefined, seeds: string | undefined): readonly number[] {
  if (seed !== undefined) return [readCount('--seed', seed)];
  if (seeds === undefined) return [Math.floor(Math.random() * 1_000_000)];
  const [, from, to] = /^(\d{1,9})-(\d{1,9})$/.exec(seeds) ?? [];
  if (from === undefined || to === undefined || Number(from) > Number(to))
    throw new Error(`--seeds is A-B, as in 1-20; ${JSON.stringify(seeds)} is not`);
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index);
}

function readCount(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${option} is a whole number; ${JSON.stringify(text)} is not`);
}
