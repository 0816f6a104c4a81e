import { foldersOf, type Folders } from '@albatross/shared/runtime/folders';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareBusFiles } from '../../../../../deploy/foreground/src/bus-files.ts';
import { buildService } from '../../../../../deploy/foreground/src/programs.ts';
import { mint, pemOf } from '../../../../../services/tls-gateway/src/testing/mint.ts';
import { builtProgram } from '../../../harness/built-program.ts';
import { Program } from '../../../harness/program.ts';

/** Each with the words it is started with. */
export const SERVICES = {
  supervisor: [],
  console: [],
  stats: [],
  'tls-gateway': ['--ip', '127.0.0.1', '--port', '0'],
  // Nobody listens there, which it can live with.
  'influx-bridge': ['--influx', '127.0.0.1:9'],
} as const;

export type Service = keyof typeof SERVICES;

const SBIN = '/usr/sbin:/sbin';
const BUS_DEADLINE_MS = 10_000;

/** A folder in which nothing runs yet, and from which every process of the system can be started by itself. */
export class Place implements AsyncDisposable {
  readonly folders: Folders;
  readonly #parent: string;
  readonly #port: number;
  readonly #config: string;
  readonly #programs: Readonly<Record<Service, string>>;

  private constructor(
    parent: string,
    bus: { readonly port: number; readonly configFile: string },
    programs: Readonly<Record<Service, string>>,
  ) {
    this.#parent = parent;
    this.folders = foldersOf(join(parent, 'dir'));
    [this.#port, this.#config] = [bus.port, bus.configFile];
    this.#programs = programs;
  }

  static async make(): Promise<Place> {
    const parent = await mkdtemp(join(tmpdir(), 'albatross-start-up-'));
    try {
      await chmod(parent, 0o755);
      const folders = foldersOf(join(parent, 'dir'));
      for (const folder of Object.values(folders) as string[])
        await mkdir(folder, { recursive: true });
      const bus = await prepareBusFiles(folders);
      await certify(folders);
      return new Place(parent, bus, await buildAll());
    } catch (error) {
      await rm(parent, { recursive: true });
      throw error;
    }
  }

  /** The server of the bus, as soon as it was started. */
  startBus(): Program {
    return this.#start('nats-server', '-c', this.#config, '-l', join(this.folders.run, 'bus.log'));
  }

  /** Resolves when somebody can connect to it. */
  async untilBusIsUp(): Promise<void> {
    const end = performance.now() + BUS_DEADLINE_MS;
    while (!(await this.#isBusUp())) {
      if (performance.now() > end) throw new Error('nats-server does not come up');
      await sleep(1);
    }
  }

  async #isBusUp(): Promise<boolean> {
    const socket = connect(this.#port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }

  startService(name: Service): Program {
    return this.#start(execPath, this.#programs[name], ...SERVICES[name]);
  }

  #start(...command: readonly string[]): Program {
    // Should we be killed, it ends too.
    return Program.start(['setpriv', '--pdeathsig', 'TERM', '--', ...command], {
      cwd: this.#parent,
      env: {
        PATH: `${env['PATH'] ?? ''}:${SBIN}`,
        ALBATROSS_DIR: join(this.#parent, 'dir'),
        ALBATROSS_LOG_LEVEL: 'error',
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#parent, { recursive: true });
  }
}

async function certify({ conf }: Folders): Promise<void> {
  const root = mint('ca', null, { isAuthority: true });
  const server = mint('server', root);
  const folder = join(conf, 'tls');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'cacert.pem'), pemOf('CERTIFICATE', root.der));
  await writeFile(join(folder, 'server.pem'), pemOf('CERTIFICATE', server.der));
  await writeFile(join(folder, 'server.key'), server.keyPem, { mode: 0o600 });
}

async function buildAll(): Promise<Readonly<Record<Service, string>>> {
  const built: Partial<Record<Service, string>> = {};
  for (const name of Object.keys(SERVICES) as Service[])
    built[name] = await builtProgram(name, async (folder) => await buildService(name, folder));
  return built as Record<Service, string>;
}
