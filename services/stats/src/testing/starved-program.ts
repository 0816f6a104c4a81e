import { closeSync, openSync } from 'node:fs';
import { readKernel } from '../kernel/kernel.ts';
import { identify } from '../kernel/process-reader.ts';
import { StatsUnderTest } from './stats-under-test.ts';

/** Samples itself under twenty names, while it can open no more than a few files, and when it can again. */
const kernel = readKernel();
await using seen = await StatsUnderTest.open(kernel);
const self = identify(process.pid, kernel);
if (self === null) throw new Error('there is no process of this pid');
for (let n = 1; n <= 20; n += 1) seen.begin(`u${n}`, n, self);
// Before there are none left: modules are files too.
await seen.reconcile();
await seen.restart();

const ballast: number[] = [];
try {
  for (;;) ballast.push(openSync('/dev/null', 'r'));
} catch {
  // There are none left.
}
for (const fd of ballast.splice(0, 8)) closeSync(fd);
const names = Array.from({ length: 20 }, (_, index) => `:u${index + 1}@${index + 1}`);
const say = (what: string, value: unknown): void =>
  void process.stdout.write(`${what} ${JSON.stringify(value)}\n`);

seen.published.length = 0;
for (let i = 0; i < 3; i += 1) {
  await seen.stats.reconcile(names);
  await seen.sweep();
}
const warnings = seen.told.take();
say('starved', [
  seen.stats.counts.lives,
  seen.published.length > 0,
  [...new Set(warnings)],
  warnings.length,
]);
for (const fd of ballast) closeSync(fd);
await seen.stats.reconcile(names);
say('fed', [(await seen.sweep()).length, seen.told.take()]);
