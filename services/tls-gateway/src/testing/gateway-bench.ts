import type { Bus } from '@albatross/shared/bus/bus';
import { endpoint } from '@albatross/shared/bus/serve';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { assertPolicies } from '@albatross/shared/contracts/policy';
import { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import { busUrlFile, foldersOf, keyFile } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { env } from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { mint, pemOf, type Minted } from './mint.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../bin/albatross-tls-endpoint.mjs', import.meta.url));

interface Asked {
  readonly request: string;
  readonly name: string;
  readonly actor: string;
}

/** A real bus, a supervisor that has no unikernels, and the files of an endpoint, for gateways as processes. */
export class GatewayBench implements AsyncDisposable {
  readonly server: RealServer;
  readonly folder: TemporaryFolder;
  readonly root: Minted = mint('ca', null, { isAuthority: true });
  readonly endpoint: Minted = mint('server', this.root);
  /** What the supervisor was asked, and in whose name. */
  readonly asked: Asked[] = [];
  readonly #supervisor: Bus;

  private constructor(server: RealServer, folder: TemporaryFolder, supervisor: Bus) {
    this.server = server;
    this.folder = folder;
    this.#supervisor = supervisor;
  }

  static async start(): Promise<GatewayBench> {
    const server = await RealServer.start();
    const folder = await TemporaryFolder.make();
    const self = new GatewayBench(server, folder, await server.connect('supervisor'));
    const folders = foldersOf(folder.path);
    const { ca, certificate, key } = self.files;
    for (const [file, text] of [
      [busUrlFile(folders), server.url],
      [keyFile(folders, 'tls-gateway'), server.seed('tls-gateway')],
      [ca, pemOf('CERTIFICATE', self.root.der)],
      [certificate, pemOf('CERTIFICATE', self.endpoint.der)],
      [key, self.endpoint.keyPem],
    ] as const) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    await mkdir(folder.file('bin'));
    const log = folder.file('syslog');
    const logger = `#!/bin/sh\necho "$@" >> "${log}"\nexec cat >> "${log}"\n`;
    await writeFile(folder.file('bin/logger'), logger, { mode: 0o755 });
    await self.#answer();
    return self;
  }

  /** Where the endpoint looks for them, unless it is told. */
  get files(): { readonly ca: string; readonly certificate: string; readonly key: string } {
    const tls = join(foldersOf(this.folder.path).conf, 'tls');
    const [ca, certificate, key] = ['cacert.pem', 'server.pem', 'server.key'] as const;
    return { ca: join(tls, ca), certificate: join(tls, certificate), key: join(tls, key) };
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      PATH: `${this.folder.file('bin')}:${env['PATH'] ?? ''}`,
      ALBATROSS_DIR: this.folder.path,
    };
  }

  begin(...args: readonly string[]): GatewayProcess {
    const [node, ...endpoint] = GatewayBench.command;
    return this.beginAs(node, [...endpoint, ...args]);
  }

  /** By way of another program; `$0` of a shell is the endpoint's. */
  beginAs(
    program: string,
    args: readonly string[],
    stdio: StdioOptions = ['ignore', 'pipe', 'pipe'],
  ): GatewayProcess {
    return new GatewayProcess(spawn(program, args, { stdio, env: this.environment }));
  }

  /** What starts it, as it lies here. */
  static get command(): readonly [string, ...string[]] {
    return [process.execPath, ...LOADER, MAIN];
  }

  static get program(): string {
    return PROGRAM;
  }

  async #answer(): Promise<void> {
    await this.#supervisor.serve({
      service: 'supervisor',
      version: '1.0.0',
      endpoints: [
        endpoint(listUnikernels, async ({ name }, { actor }) => {
          this.asked.push({ request: 'list', name, actor });
          return { unikernels: [], next: null };
        }),
        endpoint(assertPolicies, async ({ name }, { actor }) => {
          this.asked.push({ request: 'assert', name, actor });
          return { changed: false };
        }),
      ],
      onDrop: (subject, why) => assert.fail(`${subject}: ${why}`),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#supervisor[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
  }
}

type LogRecord = Readonly<Record<string, unknown>>;

/** The endpoint as a process. */
export class GatewayProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  readonly #lines: string[] = [];
  #wake: () => void = () => undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#exit = once(child, 'exit').finally(() => this.#wake());
    for (const stream of [child.stdout, child.stderr]) this.#collect(stream);
  }

  get pid(): number {
    return this.#child.pid ?? assert.fail('it was not started');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first record of its log of this event; fails when it ends without. */
  async untilLogged(event: string): Promise<LogRecord> {
    for (;;) {
      const found = this.#lines.flatMap(recordIn).find(({ msg }) => msg === event);
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        assert.fail(`it ended without "${event}": ${this.#lines.join('\n')}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Its status and all that it said. */
  async ended(): Promise<{ readonly status: number | null; readonly output: string }> {
    await this.#exit;
    return { status: this.#child.exitCode, output: this.#lines.join('\n') };
  }

  #collect(stream: Readable | null): void {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGTERM');
    await this.#exit;
  }
}

function recordIn(line: string): readonly LogRecord[] {
  return line.startsWith('{') ? [JSON.parse(line) as LogRecord] : [];
}
