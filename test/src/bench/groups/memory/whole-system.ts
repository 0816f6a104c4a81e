import { Scope } from '@albatross/shared/runtime/scope';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildService } from '../../../../../deploy/foreground/src/programs.ts';
import { mint, pemOf } from '../../../../../services/tls-gateway/src/testing/mint.ts';
import { builtProgram } from '../../../harness/built-program.ts';
import type { Program } from '../../../harness/program.ts';
import { RunningGateway } from '../../../harness/running-gateway.ts';
import { RunningSystem } from '../../../harness/running-system.ts';
import { standInTender } from '../../../harness/tender-path.ts';

/** Every process that an installed system has. */
export const PROCESSES = [
  'nats-server',
  'supervisor',
  'console',
  'stats',
  'tls-gateway',
  'influx-bridge',
] as const;

/** A system with a gateway and a bridge to a database, as it is installed. */
export class WholeSystem implements AsyncDisposable {
  readonly system: RunningSystem;
  readonly #gateway: RunningGateway;
  readonly #bridge: Program;
  readonly #scope: Scope;

  private constructor(
    system: RunningSystem,
    gateway: RunningGateway,
    bridge: Program,
    scope: Scope,
  ) {
    this.system = system;
    this.#gateway = gateway;
    this.#bridge = bridge;
    this.#scope = scope;
  }

  static async start(): Promise<WholeSystem> {
    const scope = new Scope();
    try {
      const folder = await mkdtemp(join(tmpdir(), 'albatross-whole-'));
      scope.use({ [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true }) });
      const system = scope.use(await RunningSystem.start({ tenders: await standInTender() }));
      const files = await writeTlsFiles(folder);
      const words = ['--ip', '127.0.0.1', '--port', '0', ...files];
      const gateway = scope.use(await RunningGateway.start(system, ...words));
      const bridge = await startBridge(scope, system);
      return new WholeSystem(system, gateway, bridge, scope);
    } catch (error) {
      await scope[Symbol.asyncDispose]();
      throw error;
    }
  }

  pidOf(name: (typeof PROCESSES)[number]): number {
    if (name === 'tls-gateway') return this.#gateway.pid;
    return name === 'influx-bridge' ? this.#bridge.pid : this.system.pidOf(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }
}

/** Certificate of the authority, of the endpoint, and its key. */
async function writeTlsFiles(folder: string): Promise<readonly string[]> {
  const root = mint('ca', null, { isAuthority: true });
  const server = mint('server', root);
  const files = ['cacert.pem', 'server.pem', 'server.key'].map((file) => join(folder, file));
  const texts = [pemOf('CERTIFICATE', root.der), pemOf('CERTIFICATE', server.der), server.keyPem];
  for (const [index, file] of files.entries()) await writeFile(file, texts[index] ?? '');
  return files;
}

/** It writes to a database that takes whatever it is given. */
async function startBridge(scope: Scope, system: RunningSystem): Promise<Program> {
  const database = await Drain.open();
  scope.use(database);
  const build = async (folder: string) => await buildService('influx-bridge', folder);
  const program = await builtProgram('influx-bridge', build);
  const words = [process.execPath, program, '--influx', `127.0.0.1:${database.port}`];
  const bridge = system.startBeside(['setpriv', '--pdeathsig', 'TERM', '--', ...words]);
  scope.use({
    [Symbol.asyncDispose]: async () => {
      bridge.signal('SIGTERM');
      await bridge.ended();
    },
  });
  await bridge.untilLogs(/"msg":"ready"/);
  return bridge;
}

class Drain implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Drain> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Drain(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}
