import { parseArgs } from 'node:util';

export interface Options {
  /** Of load, without what is before, between and after. */
  readonly seconds: number;
  readonly seed: number;
  /** Whether guests run under the machine's own solo5-spt. */
  readonly isReal: boolean;
  /** Whether this process is in a network of its own already. */
  readonly isInside: boolean;
}

export const USAGE = `usage: npm run soak -- MINUTES [--seed N] [--real-tenders]

Lets a system of its own work for that long: unikernels are created, changed, restarted and destroyed, crash and
are started again, print floods that are followed, and are asked for over TLS; policies and block devices change;
services, tenders and keepers are killed, and followers stop reading. In the second part no service is killed, so
that each of them can be watched. Then everything is destroyed, and nothing may be left or have grown: memory,
open files, zombies, processes, taps, fifos, folders, lost lines, lost events. Prints a table with a verdict for
each. As root, all of it is in a network of its own.

  MINUTES          of load, 1 to 1440; what is around it takes two more
  --seed N         what the clients do is chosen by it (1)
  --real-tenders   under the machine's own solo5-spt: hello only, without devices
  --help           show this

Exit status: 0 when all is zero or flat, 1 when something is not (it is printed) or it was interrupted, 2 when
the options are wrong.`;

const MINUTES_MAX = 1440;
const SECONDS_MAX = 3600;

/** Null: somebody only wants to know how it is used. Throws an Error that says what is wrong. */
export function readOptions(args: readonly string[]): Options | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      'real-tenders': { type: 'boolean', default: false },
      // For its own test, and for itself: not in the usage.
      seconds: { type: 'string' },
      inside: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    seconds: readSeconds(positionals, values.seconds),
    seed: readCount('--seed', values.seed, 999_999_999),
    isReal: values['real-tenders'],
    isInside: values.inside,
  };
}

function readSeconds(positionals: readonly string[], seconds: string | undefined): number {
  if (seconds !== undefined && positionals.length === 0)
    return readCount('--seconds', seconds, SECONDS_MAX);
  const [minutes, ...more] = positionals;
  if (minutes === undefined || more.length > 0 || seconds !== undefined)
    throw new Error('it takes the number of minutes, and nothing else');
  return 60 * readCount('MINUTES', minutes, MINUTES_MAX);
}

function readCount(option: string, text: string, max: number): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= max) return count;
  throw new Error(`${option} is a whole number from 1 to ${max}; ${JSON.stringify(text)} is not`);
}
