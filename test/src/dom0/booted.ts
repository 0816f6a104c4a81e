import { eventually } from '@albatross/shared/bus/testing/asserts';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BOOT = fileURLToPath(new URL('boot.sh', import.meta.url));
const BOOT_DEADLINE_MS = 60_000;
const END_DEADLINE_MS = 60_000;

/** A tree whose systemd runs, in namespaces of its own; it is killed when this is disposed of. */
export class Booted implements AsyncDisposable {
  readonly #unshare: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** Process 1 of it, as this machine counts. */
  readonly pid: number;

  private constructor(unshare: ChildProcess, ended: Promise<unknown>, pid: number) {
    this.#unshare = unshare;
    this.#ended = ended;
    this.pid = pid;
  }

  /** Resolves when it is up, all its units included. */
  static async boot(tree: string, logFile: string): Promise<Booted> {
    const log = openSync(logFile, 'a');
    const spaces = ['--fork', '--pid', '--mount', '--uts', '--ipc', '--net', '--cgroup'];
    const words = [...spaces, '--kill-child', 'sh', BOOT, tree];
    const unshare = spawn('unshare', words, { stdio: ['ignore', log, log] });
    const ended = once(unshare, 'exit');
    let pid = 0;
    await eventually('systemd is started', () => {
      pid = childOf(unshare.pid ?? 0);
      return pid !== 0 && nameOf(pid) === 'systemd';
    });
    const booted = new Booted(unshare, ended, pid);
    await eventually(
      'it is up',
      () => /^(running|degraded)$/.test(booted.try('systemctl', 'is-system-running').trim()),
      BOOT_DEADLINE_MS,
    );
    return booted;
  }

  /** Runs a program in it, and returns what it prints. Throws when that fails, with what it says of it. */
  run(...words: readonly string[]): string {
    return execFileSync('nsenter', [...this.#inside(), ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** The same, whatever its status. */
  try(...words: readonly string[]): string {
    try {
      return this.run(...words);
    } catch (error) {
      const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
      return `${stdout ?? ''}${stderr ?? ''}`;
    }
  }

  /** In front of a program of this machine, which so has the network of that one. */
  get network(): readonly string[] {
    return ['nsenter', `--net=/proc/${this.pid}/ns/net`];
  }

  #inside(): readonly string[] {
    return ['--target', String(this.pid), '--all', '--root', '--wd', 'env', '-i', ENVIRONMENT];
  }

  /** As somebody who turns it off. */
  async powerOff(): Promise<void> {
    this.try('systemctl', 'poweroff');
    await Promise.race([this.#ended, late('poweroff')]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unshare.kill('SIGKILL');
    await this.#ended;
  }
}

const ENVIRONMENT = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

async function late(what: string): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, END_DEADLINE_MS).unref());
  throw new Error(`${what} took longer than ${END_DEADLINE_MS} ms`);
}

function childOf(pid: number): number {
  const text = readFileSync(join('/proc', String(pid), 'task', String(pid), 'children'), 'utf8');
  return Number(text.trim().split(' ')[0] ?? 0);
}

function nameOf(pid: number): string {
  return readFileSync(join('/proc', String(pid), 'comm'), 'utf8').trim();
}
