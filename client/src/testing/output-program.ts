import { createInterface } from 'node:readline';
import { Output } from '../output.ts';

/** Prints a line for every line that it reads. */
const output = new Output({ isJson: false });
for await (const line of createInterface({ input: process.stdin })) {
  output.line(`line ${line}`);
  output.note(`note ${line}`);
}
