import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readProgress, type Progress } from './progress.ts';

export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  /** The module whose `allTargets` are fuzzed. */
  readonly targets: URL;
  /** An input with which there is no progress for so long is a finding. */
  readonly hangMs: number;
  /** One with which the heap grows beyond this, too. */
  readonly heapMibMax: number;
}

export interface FuzzCounts {
  readonly rounds: number;
  /** Of them, those that were read and not refused. */
  readonly read: number;
  /** How many ways there were of being read or refused. */
  readonly outcomes: number;
  readonly slowestMs: number;
}

export type FuzzResult =
  | { readonly kind: 'nothing'; readonly counts: FuzzCounts }
  | { readonly kind: 'finding'; readonly what: string; readonly progress: Progress };

/** What the process that fuzzes is told. */
export interface FuzzOrder {
  readonly seconds: number;
  readonly seed: number;
  readonly targets: string;
  readonly progressFile: string;
}

/** And what it says at last. */
export type FuzzMessage =
  | { readonly kind: 'done'; readonly counts: FuzzCounts }
  | { readonly kind: 'finding'; readonly what: string };

const COMPLAINT_CHARACTERS_MAX = 4000;

/** Fuzzes in a process of its own, and tells what it was at when it hangs or dies. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const progressFile = join(folder, 'progress');
  writeFileSync(progressFile, '');
  const { seconds, seed, targets } = options;
  const order: FuzzOrder = { seconds, seed, targets: targets.href, progressFile };
  const worker = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    execArgv: [...process.execArgv, `--max-old-space-size=${options.heapMibMax}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  try {
    worker.send(order);
    return await watch(worker, progressFile, options.hangMs);
  } finally {
    worker.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

async function watch(
  worker: ChildProcess,
  progressFile: string,
  hangMs: number,
): Promise<FuzzResult> {
  const finding = (what: string): FuzzResult => {
    return { kind: 'finding', what, progress: readProgress(progressFile) };
  };
  let complaint = '';
  worker.stderr?.on('data', (bytes: Buffer) => {
    complaint = (complaint + bytes.toString()).slice(-COMPLAINT_CHARACTERS_MAX);
  });
  const hang = new AbortController();
  const timer = setInterval(hangWatch(progressFile, hang), hangMs);
  const { signal } = hang;
  try {
    const message = await Promise.race([
      once(worker, 'message', { signal }).then(([said]) => said as FuzzMessage),
      once(worker, 'close', { signal }).then(
        ([code, by]) => `it died with ${code ?? by}: ${complaint}`,
      ),
    ]);
    if (typeof message === 'string') return finding(message);
    return message.kind === 'done'
      ? { kind: 'nothing', counts: message.counts }
      : finding(message.what);
  } catch (error) {
    if (!signal.aborted) throw error;
    return finding(`it hangs: no progress for ${hangMs} ms`);
  } finally {
    clearInterval(timer);
    hang.abort();
  }
}

/** Aborts when there was no progress since the last time; loading the vectors is none. */
function hangWatch(progressFile: string, hang: AbortController): () => void {
  let last = 0;
  return () => {
    const { rounds } = readProgress(progressFile);
    if (rounds === last && last > 0) hang.abort();
    last = rounds;
  };
}
