import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where `ip`, `nsenter` and what they need are; not where this puts its own `ip`. */
const PROGRAMS = '/usr/sbin:/usr/bin:/sbin:/bin';

const NEW = ['--net', '--mount', '--propagation', 'private'];
/** Lives as long as its input is open, so that a test that is killed leaves none behind. */
const HOLDER = 'mount -t sysfs sysfs /sys && ip link set dev lo up && echo ready && exec cat';
const TRIAL = 'mount -t sysfs sysfs /sys && ip tuntap add dev tap0 mode tap';

/**
 * A network of its own, beside that of the machine. The test stays outside: it reaches in through an `ip`
 * that works there (`path`), and sees its interfaces under `sysfs`.
 */
export class NetworkNamespace {
  readonly #holder: ChildProcess;
  readonly #folder: string;

  private constructor(holder: ChildProcess, folder: string) {
    this.#holder = holder;
    this.#folder = folder;
  }

  /** Why tests that need one must be skipped; false when they need not. */
  static async whyNot(): Promise<string | false> {
    try {
      await run('unshare', [...NEW, 'sh', '-c', TRIAL], { env: { PATH: PROGRAMS } });
      return false;
    } catch {
      return 'there can be no network of its own here; that takes root, iproute2 and /dev/net/tun';
    }
  }

  /** Gone with the test. */
  static async open(t: TestContext): Promise<NetworkNamespace> {
    const holder = spawn('unshare', [...NEW, 'sh', '-c', HOLDER], {
      env: { PATH: PROGRAMS },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const folder = await mkdtemp(join(tmpdir(), 'albatross-network-'));
    const namespace = new NetworkNamespace(holder, folder);
    t.after(async () => await namespace.#close());
    const [said] = (await once(holder.stdout, 'data')) as [Buffer];
    if (said.toString() !== 'ready\n') throw new Error(`the namespace says ${said.toString()}`);
    await namespace.installIp(namespace.realIp);
    return namespace;
  }

  /** A folder with an `ip` for this network. */
  get path(): string {
    return this.#folder;
  }

  get sysfs(): string {
    return `/proc/${this.#holder.pid}/root/sys`;
  }

  /** The words that execute a program in this network. */
  command(...words: readonly string[]): readonly string[] {
    return ['nsenter', '--target', String(this.#holder.pid), '--net', '--mount', ...words];
  }

  /** What a command of `ip` prints, blanks between its words; from a process of its own. */
  async ip(words: string): Promise<string> {
    const [program = '', ...rest] = this.command('ip', ...words.split(' '));
    return (await run(program, rest, { env: { PATH: PROGRAMS } })).stdout;
  }

  /** The names of all taps there are, whosever. */
  async taps(): Promise<readonly string[]> {
    return [...(await this.ip('tuntap show')).matchAll(/^[^:]+/gm)].map(([name]) => name);
  }

  /** What the kernel says of an interface. */
  async attribute(device: string, attribute: string): Promise<string> {
    return (await readFile(join(this.sysfs, 'class/net', device, attribute), 'utf8')).trim();
  }

  /** The id of the process that last was the `ip` in `path`. */
  async ipPid(): Promise<number> {
    return Number(await readFile(join(this.#folder, 'pid'), 'utf8'));
  }

  get realIp(): string {
    return `exec ${this.command('ip', '"$@"').join(' ')}`;
  }

  /** Replaces the `ip` in `path` by a script of sh, which begins in that folder. */
  async installIp(script: string): Promise<void> {
    const lines = [
      '#!/bin/sh',
      `echo $$ >${this.#folder}/pid`,
      `export PATH=${PROGRAMS}`,
      `cd ${this.#folder}`,
    ];
    await writeFile(join(this.#folder, 'ip'), `${[...lines, script].join('\n')}\n`, {
      mode: 0o755,
    });
  }

  async #close(): Promise<void> {
    const exit = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await exit;
    await rm(this.#folder, { recursive: true });
  }
}
