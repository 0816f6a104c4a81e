import { cpus } from 'node:os';
import type { FloodOptions, FloodOutcome } from './flood.ts';
import type { Writing } from './script.ts';
import type { ProcessFigures } from './process-watch.ts';

const SHOWN_MAX = 40;

/** The figures of a flood, and its verdict, as lines. */
export function report(
  outcome: FloodOutcome,
  { unikernels, linesPerSecond, seconds }: FloodOptions,
): readonly string[] {
  const { history, answers, writing, loads, problems } = outcome;
  const printedSeconds = outcome.printedMs / 1000;
  const [before, after] = loads.map((load) => load.toFixed(1));
  return [
    `${count(unikernels)} unikernels, ${count(linesPerSecond)} lines a second each for ${count(seconds)} s, on ${cpus().length} CPUs (load ${before} before, ${after} after)`,
    `created    in ${(outcome.createdMs / 1000).toFixed(1)} s`,
    `printed    ${count(outcome.printed)} lines in ${printedSeconds.toFixed(1)} s: ${count(outcome.printed / printedSeconds)} a second`,
    `recorded   ${count(outcome.recorded)} lines; ${count(history.kept)} lines and markers are in the histories, ${count(history.aged)} are older than those; read in ${(outcome.readMs / 1000).toFixed(1)} s`,
    `dropped    ${count(outcome.dropped)} lines, counted in markers`,
    `gaps       ${count(outcome.gaps)}, with ${count(outcome.lostAtGaps)} lines lost, at most ${count(outcome.lostBytesMost)} bytes at one`,
    ...outcome.followers.map(
      (one, index) =>
        `follower ${index + 1} was delivered ${count(one.delivered)} lines and markers in ${count(one.messages)} messages, and told that it missed ${count(one.missed)}; interrupted ${one.interruptions} times`,
    ),
    describeProcess('console', outcome.console),
    describeProcess('the bus', outcome.bus),
    `history    asked ${count(answers.asked)} times, of which failed: ${answers.failures.join(', ') || 'none'}; the longest took ${answers.longestMs.toFixed(0)} ms`,
    `blocked    for ${mostMs(writing, 'blockedUs')} ms in the longest write that waited for console, as ${count(writing.length)} unikernels told; the longest of all took ${mostMs(writing, 'longestUs')} ms`,
    ...(problems.length === 0 ? ['every line is accounted for'] : ['NOT ACCOUNTED FOR:']),
    ...problems.slice(0, SHOWN_MAX),
    ...(problems.length > SHOWN_MAX ? [`and ${problems.length - SHOWN_MAX} more`] : []),
  ];
}

function describeProcess(name: string, figures: ProcessFigures): string {
  const [begin, most, end] = [figures.rssAtBegin, figures.rssMost, figures.rssAtEnd].map(mebibytes);
  return `${name.padEnd(10)} has ${begin} MiB at the beginning, ${most} at most, ${end} at the end, and took ${figures.cpuSeconds.toFixed(1)} s of CPU`;
}

function mostMs(writing: readonly Writing[], of: keyof Writing): string {
  return (Math.max(0, ...writing.map((one) => one[of])) / 1000).toFixed(1);
}

const mebibytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
const count = (number: number): string => Math.round(number).toLocaleString('en');
