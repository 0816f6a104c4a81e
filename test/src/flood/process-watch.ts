import { readFileSync } from 'node:fs';

/** Of the processes that had this role one after the other. */
export interface ProcessFigures {
  readonly rssAtBegin: number;
  readonly rssAtEnd: number;
  /** The most that any of them ever had. */
  readonly rssMost: number;
  readonly cpuSeconds: number;
}

const EVERY_MS = 200;
/** `USER_HZ`, in which the kernel tells times to everybody, on every machine we run on. */
const TICKS_PER_SECOND = 100;

/** Looks again and again at what a process takes, whichever process it is at the moment. */
export class ProcessWatch implements Disposable {
  readonly #pidOf: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #ticks = new Map<number, { readonly first: number; readonly last: number }>();
  readonly #rssAtBegin: number;
  #rssMost = 0;

  /** `pidOf`: 0 while there is none. */
  constructor(pidOf: () => number) {
    this.#pidOf = pidOf;
    this.#rssAtBegin = this.#look();
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  figures(): ProcessFigures {
    const rssAtEnd = this.#look();
    let ticks = 0;
    for (const { first, last } of this.#ticks.values()) ticks += last - first;
    const cpuSeconds = ticks / TICKS_PER_SECOND;
    return { rssAtBegin: this.#rssAtBegin, rssAtEnd, rssMost: this.#rssMost, cpuSeconds };
  }

  /** Returns what it has now. */
  #look(): number {
    const pid = this.#pidOf();
    const [status, stat] = [readProc(pid, 'status'), readProc(pid, 'stat')];
    this.#rssMost = Math.max(this.#rssMost, bytesIn(status, 'VmHWM'));
    const fields = stat.split(') ').at(-1)?.split(' ') ?? [];
    const now = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    // Who began after us took all of it while we looked.
    const isFirst = this.#ticks.size === 0;
    const first = this.#ticks.get(pid)?.first ?? (isFirst ? now : 0);
    if (now > 0) this.#ticks.set(pid, { first, last: now });
    return bytesIn(status, 'VmRSS');
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function bytesIn(status: string, key: string): number {
  const kibibytes = new RegExp(`^${key}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
