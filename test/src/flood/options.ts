import { parseArgs } from 'node:util';

export interface Options {
  readonly unikernels: number;
  /** Of each. */
  readonly linesPerSecond: number;
  readonly seconds: number;
  readonly followers: number;
}

export const USAGE = `usage: npm run flood -- [--unikernels N] [--lines-per-second N] [--seconds N] [--followers N]

Starts a system of its own under the stand-in tender, lets that many unikernels print that many numbered lines
a second each, follows them on the bus, and then accounts for every line: recorded or counted as dropped, and
delivered or told to be missed. Prints figures; leaves nothing behind.

  --unikernels N         how many, 1 to 4000 (1000)
  --lines-per-second N   what each prints, 1 to 10000 (100)
  --seconds N            for how long, 1 to 3600 (60)
  --followers N          who follow all of them, 1 to 16 (1)
  --help                 show this

Exit status: 0 when every line is accounted for, 1 when not (what is missing is printed) or when it was
interrupted, 2 when the options are wrong.`;

/** Null: somebody only wants to know how it is used. Throws an Error that says what is wrong. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      unikernels: { type: 'string', default: '1000' },
      'lines-per-second': { type: 'string', default: '100' },
      seconds: { type: 'string', default: '60' },
      followers: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    unikernels: readCount('--unikernels', values.unikernels, 4000),
    linesPerSecond: readCount('--lines-per-second', values['lines-per-second'], 10_000),
    seconds: readCount('--seconds', values.seconds, 3600),
    followers: readCount('--followers', values.followers, 16),
  };
}

function readCount(option: string, text: string, max: number): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= max) return count;
  throw new Error(`${option} is a whole number from 1 to ${max}; ${JSON.stringify(text)} is not`);
}
