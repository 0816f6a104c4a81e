import { encode } from '@albatross/shared/bus/codec';
import { generateKey } from '@albatross/shared/bus/keys';
import type { ReplyOf } from '@albatross/shared/contracts/request';
import type { listStats } from '@albatross/shared/contracts/stats';
import type { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { busUrlFile, foldersOf, keyFile } from '@albatross/shared/runtime/folders';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from '../main.ts';
import { StandInBus } from './stand-in-bus.ts';

/** Gives the command that is given most, `info`, to a system that is none. Throws when it does not succeed. */
export async function rehearse(): Promise<void> {
  await withStandIn(async (dir) => await perform(['--dir', dir, 'info']));
}

/** `dir` is that of a system of which one unikernel can be seen, and nothing else. */
export async function withStandIn(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'albatross-rehearsal-'));
  const bus = await StandInBus.start((subject) => encode(replyTo(subject)));
  try {
    const folders = foldersOf(dir);
    await mkdir(dirname(keyFile(folders, 'admin')), { recursive: true });
    await writeFile(busUrlFile(folders), bus.url);
    await writeFile(keyFile(folders, 'admin'), generateKey().seed);
    await work(dir);
  } finally {
    await bus[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  }
}

/** As if those were the words behind the command, and somebody else read the output. */
async function perform(words: readonly string[]): Promise<void> {
  const { argv } = process;
  const write = process.stdout.write.bind(process.stdout);
  process.argv = [...argv.slice(0, 2), ...words];
  process.stdout.write = () => true;
  try {
    await main('albatross');
  } finally {
    process.argv = argv;
    process.stdout.write = write;
  }
  if ((process.exitCode ?? 0) !== 0) throw new Error(`${words.join(' ')} did not succeed`);
}

function replyTo(subject: string): object {
  const [, , , , noun, verb] = subject.split('.');
  if (noun === 'unikernel' && verb === 'list') return UNIKERNELS;
  if (noun === 'stats' && verb === 'list') return STATS;
  throw new Error(`nobody answers ${subject}`);
}

const name = parseUnikernelName('hello');
const pid = 42;
const startedAt = 1_700_000_000_000;

const UNIKERNELS: ReplyOf<typeof listUnikernels> = {
  unikernels: [
    {
      name,
      state: 'running',
      target: 'hvt',
      pid,
      memoryMib: 32,
      digest: '0'.repeat(64),
      startedAt,
      restarts: 0,
      exit: null,
      lastExit: { kind: 'status', status: 0 },
      nextTryAt: null,
    },
  ],
  next: null,
};

const STATS: ReplyOf<typeof listStats> = {
  samples: [
    {
      name,
      life: 0,
      at: Date.now(),
      pid,
      startedAt,
      pageBytes: 4096,
      process: {
        utimeUs: 0,
        stimeUs: 0,
        cpuShare: 0.5,
        minorFaults: 0,
        majorFaults: 0,
        threads: 1,
        vsizeBytes: 4096,
        rssBytes: 4096,
        maxRssBytes: 4096,
        textBytes: 0,
        dataBytes: 0,
        swaps: 0,
        voluntarySwitches: 0,
        involuntarySwitches: 0,
        readBytes: 0,
        writtenBytes: 0,
      },
      kvm: null,
      nets: [],
    },
  ],
  next: null,
  intervalMs: 10_000,
};
