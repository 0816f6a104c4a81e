import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { busUrlFile, foldersOf, keyFile } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { clientProgram } from '@albatross/test/harness/client-program';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';

const CLIENT = await clientProgram();

export interface Ended {
  readonly status: number | null;
  readonly lines: readonly string[];
  readonly stderr: string;
}

/** A real server, and the program `albatross` as processes that find it. */
export class RealClient implements AsyncDisposable {
  readonly server: RealServer;
  readonly #folder: TemporaryFolder;

  private constructor(server: RealServer, folder: TemporaryFolder) {
    this.server = server;
    this.#folder = folder;
  }

  static async start(): Promise<RealClient> {
    const server = await RealServer.start();
    const folder = await TemporaryFolder.make();
    const folders = foldersOf(folder.path);
    for (const [file, text] of [
      [busUrlFile(folders), server.url],
      [keyFile(folders, 'admin'), server.seed('admin')],
    ] as const) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    return new RealClient(server, folder);
  }

  /** The words of a command line. */
  words(...args: readonly string[]): readonly string[] {
    return [process.execPath, CLIENT, ...args, '--dir', this.#folder.path];
  }

  async run(...args: readonly string[]): Promise<Ended> {
    return await this.begin(...args).end();
  }

  /** For what ends only when it is told to. */
  begin(...args: readonly string[]): RunningClient {
    const [program = '', ...words] = this.words(...args);
    return new RunningClient(spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

export class RunningClient {
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #closed: Promise<unknown[]>;
  stdout = '';
  stderr = '';

  constructor(process: ChildProcessByStdio<null, Readable, Readable>) {
    this.#process = process;
    this.#closed = once(process, 'close');
    process.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    process.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  stopReading(): void {
    this.#process.stdout.destroy();
  }

  async end(): Promise<Ended> {
    await this.#closed;
    const { exitCode: status } = this.#process;
    return { status, lines: this.stdout.trimEnd().split('\n'), stderr: this.stderr };
  }
}
