/**
 * Reads mutated vectors with every decoder until the time is over or one does what it must not: throw
 * anything but a `WireError`, hang, hold more than there was in the input, or write what it reads otherwise.
 *
 *     npm run fuzz -- --seconds 600 [--seed N]
 *
 * Ends with 1 for a finding, which the same seed finds again, and with 2 for what is no such call.
 */
import { parseArgs } from 'node:util';
import { runFuzz, type FuzzResult } from './fuzz/run-fuzz.ts';

const HANG_MS = 20_000;
/** The inputs that are kept have no place in it, and one of 64 KiB needs a small part of it. */
const HEAP_MIB_MAX = 512;

const options = readOptions(process.argv.slice(2));
if (options === null) {
  process.stderr.write('usage: npm run fuzz -- [--seconds N] [--seed N]\n');
  process.exitCode = 2;
} else {
  process.stdout.write(`seed ${options.seed}\n`);
  const targets = new URL('./fuzz/targets.ts', import.meta.url);
  const result = await runFuzz({ ...options, targets, hangMs: HANG_MS, heapMibMax: HEAP_MIB_MAX });
  process.stdout.write(`${describe(result)}\n`);
  process.exitCode = result.kind === 'nothing' ? 0 : 1;
}

function readOptions(args: readonly string[]): { seconds: number; seed: number } | null {
  const seconds = { type: 'string', default: '60' } as const;
  const seed = { type: 'string', default: `${Math.floor(Math.random() * 2 ** 31)}` } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { seconds, seed },
    strict: false,
    allowPositionals: true,
  });
  const numbers = [values['seconds'], values['seed']];
  const isKnown = Object.keys(values).every((key) => key === 'seconds' || key === 'seed');
  if (!isKnown || positionals.length > 0) return null;
  if (!numbers.every((number) => typeof number === 'string' && /^\d{1,10}$/.test(number)))
    return null;
  return { seconds: Number(values['seconds']), seed: Number(values['seed']) };
}

function describe(result: FuzzResult): string {
  if (result.kind === 'nothing') {
    const { rounds, read, outcomes, slowestMs } = result.counts;
    const took = `the slowest took ${slowestMs.toFixed(1)} ms`;
    return `${rounds} inputs, ${read} read and ${rounds - read} refused in ${outcomes} ways; ${took}; nothing found`;
  }
  const { rounds, target, input } = result.progress;
  const text = Buffer.from(input).toString('hex');
  return `input ${rounds} of target ${target}:\n${text}\n${result.what}`;
}
