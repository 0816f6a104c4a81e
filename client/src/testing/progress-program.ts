import { Command } from 'commander';
import { createInterface } from 'node:readline';
import { addCommonOptions, commonSettings } from '../common-options.ts';
import { Output } from '../output.ts';

const output = new Output({ env: { TERM: 'xterm' } });
output.settle(commonSettings(process.argv.slice(2), addCommonOptions(new Command())));
const progress = output.progress('sending an image', 1000);

const ORDERS: Readonly<Record<string, () => void>> = {
  half: () => progress.add(500),
  note: () => output.note('a note'),
  done: () => output.done({ done: true }, 'it is done'),
  wait: () => process.once('SIGINT', () => output.note('interrupted')),
};

/** Does as it is told by the lines that it reads, beside a bar. */
for await (const line of createInterface({ input: process.stdin })) ORDERS[line]?.();
progress[Symbol.dispose]();
