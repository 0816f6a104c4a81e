import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { figureOf, onlyOnce } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { printFastLines } from '../../groups/consoles/fast-lines.ts';
import { whoPrints } from '../../groups/consoles/followed.ts';
import { printPacedLines } from '../../groups/consoles/paced-lines.ts';
import { LINE_BYTES } from '../../groups/consoles/press.ts';
import { Programs } from '../../groups/consoles/programs.ts';
import { addRow, type PeerMeasurement, type PeerRow } from '../peer-measurement.ts';
import { compileSubscriber, PeerConsole } from './consoles/peer-console.ts';

const UNIKERNELS = [1, 200] as const;
const UNIKERNELS_QUICK = [1, 20] as const;
/** It waits for those who subscribed. */
const AMOUNT = { rounds: 7, total: 200_000, mayMiss: false };
const AMOUNT_QUICK = { rounds: 1, total: 4_000, mayMiss: false };
const PACED_SECONDS = 5;
const PACED_SECONDS_QUICK = 0.2;
const NO_RECORDS = 'it records nothing: it has the newest 1,024 lines of each in memory only';
const OTHER_HISTORY =
  'its history is 1,024 lines in memory, ours 2 MiB of files: not the same thing';

export const PEER_CONSOLES: PeerMeasurement = {
  group: 'consoles',
  needs: ['albatross-console'],
  rows: UNIKERNELS.flatMap((unikernels) => Object.values(rowsOf(unikernels))),
  lacks: [
    { key: 'consoles/recorded', what: 'lines recorded', why: NO_RECORDS },
    { key: 'consoles/recorded-cpu', what: 'CPU time of a line recorded', why: NO_RECORDS },
    { key: 'consoles/full-ring', what: 'memory of a full history', why: OTHER_HISTORY },
    { key: 'consoles/full-rings-pss', what: 'memory with full histories', why: OTHER_HISTORY },
  ],
  async measure(ground, peer) {
    await using programs = await Programs.compile();
    await using folder = await TemporaryFolder.make();
    const subscriber = folder.file('subscriber');
    await compileSubscriber(subscriber);
    for (const unikernels of ground.isQuick ? UNIKERNELS_QUICK : UNIKERNELS) {
      await using console = await PeerConsole.start(peer, { programs, subscriber }, unikernels);
      await measureRate(ground, programs, console);
      await measureLatency(ground, programs, console);
    }
  },
};

function rowsOf(unikernels: number): Record<'rate' | 'bytes' | 'latency' | 'cpu', PeerRow> {
  const who = whoPrints(unikernels);
  return {
    rate: {
      key: `consoles/followed-${unikernels}`,
      what: `lines of 100 bytes that ${who} and a subscriber receives over the socket of its console, a connection for each unikernel, every line`,
      unit: '/s',
    },
    bytes: {
      key: `consoles/followed-bytes-${unikernels}`,
      what: 'the same in bytes of lines, with their ends',
      unit: '/s',
    },
    latency: {
      key: `consoles/latency-${unikernels}`,
      what: `from a write into the fifo to such a subscriber, where ${who} 10,000 lines/s`,
      unit: 'ms',
    },
    cpu: {
      key: `consoles/paced-cpu-${unikernels}`,
      what: 'CPU time that albatross-console takes for each of these lines, until all were received',
      unit: 'µs',
    },
  };
}

async function measureRate(
  ground: Ground,
  programs: Programs,
  console: PeerConsole,
): Promise<void> {
  const amount = ground.isQuick ? AMOUNT_QUICK : AMOUNT;
  const { received, bare } = await printFastLines(ground, programs, console, amount);
  const { rate, bytes } = rowsOf(console.unikernels);
  for (const [row, times] of [
    [rate, 1],
    [bytes, LINE_BYTES],
  ] as const)
    addRow(ground, row, {
      figure: figureOf(received.map((one) => one * times)),
      limit: {
        what: 'the same fifos read and dropped in C',
        figure: figureOf(bare.map((one) => one * times)),
      },
    });
}

async function measureLatency(
  ground: Ground,
  programs: Programs,
  console: PeerConsole,
): Promise<void> {
  ground.stop.throwIfAborted();
  const seconds = ground.isQuick ? PACED_SECONDS_QUICK : PACED_SECONDS;
  const { received, bare, cpuUs } = await printPacedLines(programs, console, seconds);
  const { latency, cpu } = rowsOf(console.unikernels);
  const limit = { what: 'to a C program that reads the fifo', figure: bare };
  addRow(ground, latency, { figure: received, limit });
  addRow(ground, cpu, { figure: onlyOnce(cpuUs) });
}
