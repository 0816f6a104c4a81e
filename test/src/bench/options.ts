import { parseArgs } from 'node:util';

export interface Options {
  /** Groups by name; null: all of them. */
  readonly only: readonly string[] | null;
  readonly isQuick: boolean;
  readonly peer: string | null;
  readonly json: string | null;
  /** What to compare with. */
  readonly baseline: string | null;
}

export const USAGE = `usage: npm run bench -- [--only GROUP,…] [--quick] [--peer DIR] [--json FILE] [--baseline FILE]

Measures a system of its own on this machine and prints one table: each row with its median, the 99th
percentile, and the ratio to what nobody could do better, measured in the same run. Needs root, and nothing
else that computes meanwhile.

  --only GROUP,…    these groups: GROUPS
  --quick           little of everything, only to see that it works: the figures mean nothing
  --peer DIR        the same of the original's programs, where DIR has them
  --json FILE       write what was measured, for --baseline and \`npm run docs:performance\`
  --baseline FILE   compare with such a file: a ratio twice as bad is a failure
  --help            show this

Exit status: 0 when everything was measured, 1 when something was not, is twice as bad as the baseline, or was
interrupted, 2 when the options are wrong.`;

/** Null: somebody only wants to know how it is used. Throws an Error that says what is wrong. */
export function readOptions(args: readonly string[], groups: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      peer: { type: 'string' },
      json: { type: 'string' },
      baseline: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    only: values.only === undefined ? null : readGroups(values.only, groups),
    isQuick: values.quick,
    peer: values.peer ?? null,
    json: values.json ?? null,
    baseline: values.baseline ?? null,
  };
}

function readGroups(text: string, groups: readonly string[]): readonly string[] {
  const asked = text.split(',');
  const unknown = asked.find((name) => !groups.includes(name));
  if (unknown === undefined) return asked;
  throw new Error(`--only takes ${groups.join(', ')}; ${JSON.stringify(unknown)} is none of them`);
}
