import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readKernel, type Kernel } from '../kernel/kernel.ts';
import type { ProcessIdentity } from '../kernel/process-reader.ts';

export const BOOT_ID = '6f0a5f3c-boot';
/** Seconds since 1970. */
export const BOOTED_AT_S = 1_700_000_000;

interface ProcessOptions {
  readonly startTicks?: number;
  readonly utimeTicks?: number;
  readonly stimeTicks?: number;
  readonly rssPages?: number;
  readonly state?: string;
  readonly threads?: number;
  readonly command?: string;
}

interface Counters {
  readonly received?: number;
  readonly sent?: number;
}

/** What the kernel tells, in files of ours: 100 ticks a second, pages of 4096 bytes. */
export class FakeKernel implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly #taps = new Map<string, Counters>();
  /** What the clock shows; nothing but a test moves it. */
  nowMs = 1_000;

  private constructor(folder: TemporaryFolder) {
    this.#folder = folder;
  }

  static async make(): Promise<FakeKernel> {
    const self = new FakeKernel(await TemporaryFolder.make());
    self.write('proc/self/auxv', auxv(['6', 4096], ['17', 100], ['0', 0]));
    self.write(
      'proc/self/limits',
      'Max open files            1024                 4096                 files     \n',
    );
    self.write('proc/sys/kernel/random/boot_id', `${BOOT_ID}\n`);
    self.setCpuTimes({ busy: 100, idle: 900 });
    self.#writeTaps();
    return self;
  }

  get kernel(): Kernel {
    const kernel = readKernel(this.#folder.file('proc'), this.#folder.file('sys'));
    return { ...kernel, clockMs: () => this.nowMs };
  }

  get folder(): string {
    return this.#folder.path;
  }

  path(file: string): string {
    return this.#folder.file(file);
  }

  /** In place, so that whoever has it open sees it. */
  write(file: string, content: string | Uint8Array): void {
    const path = this.path(file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  /** As far as files can: whoever has one open reads nothing any more, and nobody else finds it. */
  remove(file: string): void {
    const path = this.path(file);
    for (const one of [path, ...filesBelow(path)]) if (statSync(one).isFile()) truncateSync(one);
    rmSync(path, { recursive: true });
  }

  /** Two CPUs; ticks of both. */
  setCpuTimes({ busy, idle }: { readonly busy: number; readonly idle: number }): void {
    const cpus = `cpu0 1 0 0 1 0 0 0 0 0 0\ncpu1 1 0 0 1 0 0 0 0 0 0\nintr 1 2 3\n`;
    const all = `cpu  ${busy} 0 0 ${idle} 0 0 0 0 7 0\n`;
    this.write('proc/stat', `${all}${cpus}ctxt 1\nbtime ${BOOTED_AT_S}\nprocesses 3\n`);
  }

  setProcess(pid: number, options: ProcessOptions = {}): ProcessIdentity {
    const { startTicks = 4200, utimeTicks = 150, stimeTicks = 2, rssPages = 10 } = options;
    const { state = 'S', threads = 3, command = 'solo5-hvt' } = options;
    const fields = Array.from({ length: 53 }, (_, index) => String(index));
    const set = (field: number, value: number): void => void (fields[field] = String(value));
    set(10, 11);
    set(12, 12);
    set(14, utimeTicks);
    set(15, stimeTicks);
    set(20, threads);
    set(22, startTicks);
    set(23, 1_048_576);
    set(24, rssPages);
    set(36, 0);
    this.write(`proc/${pid}/stat`, `${pid} (${command}) ${state} ${fields.slice(4).join(' ')}\n`);
    this.write(
      `proc/${pid}/status`,
      'Name:\ttender\nVmHWM:\t      80 kB\nVmData:\t      60 kB\nVmStk:\t      20 kB\nVmExe:\t      12 kB\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t6\n',
    );
    this.write(`proc/${pid}/io`, 'rchar: 1\nwchar: 2\nread_bytes: 512\nwrite_bytes: 1024\n');
    return { pid, startTicks, bootId: BOOT_ID };
  }

  endProcess(pid: number): void {
    this.remove(`proc/${pid}`);
  }

  setTap(name: string, counters: Counters = {}): void {
    this.#taps.set(name, counters);
    const folder = `sys/class/net/${name}`;
    this.write(`${folder}/mtu`, '1500\n');
    this.write(`${folder}/flags`, '0x1103\n');
    this.write(`${folder}/operstate`, 'up\n');
    this.#writeTaps();
  }

  removeTap(name: string): void {
    this.#taps.delete(name);
    this.remove(`sys/class/net/${name}`);
    this.#writeTaps();
  }

  #writeTaps(): void {
    const lines = [...this.#taps].map(([name, { received = 100, sent = 200 }]) => {
      const numbers = [received, 1, 0, 0, 0, 0, 0, 4, sent, 2, 0, 0, 0, 5, 0, 0];
      return `${name.padStart(6)}: ${numbers.map((one) => String(one).padStart(8)).join('')}\n`;
    });
    this.write('proc/net/dev', `${TITLE}${lines.join('')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

const TITLE = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

function filesBelow(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((file) => join(path, file));
}

function auxv(...pairs: readonly (readonly [type: string, value: number])[]): Uint8Array {
  const words = pairs.flatMap(([type, value]) => [BigInt(type), BigInt(value)]);
  return new Uint8Array(new BigUint64Array(words).buffer);
}
