import { Bus } from '@albatross/shared/bus/bus';
import { consoleHistory } from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import type { ReplyOf } from '@albatross/shared/contracts/request';
import { listStats } from '@albatross/shared/contracts/stats';
import { listUnikernels, type UnikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import { ROOT, type UnikernelName } from '@albatross/shared/domain/name';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { foldersOf } from '@albatross/shared/runtime/folders';
import { lockFile } from '@albatross/shared/runtime/lock-file';
import { Scope } from '@albatross/shared/runtime/scope';
import { StartError } from '@albatross/shared/runtime/run';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareBusFiles } from './bus-files.ts';
import { KeptProcess } from './kept-process.ts';
import { buildService, programFile } from './programs.ts';

export const READY_DEADLINE_MS = 30_000;
/** Where Debian has nats-server, and an ordinary user's PATH does not lead. */
const SBIN = '/usr/sbin:/sbin';

/** In the order they are started. */
const SERVICES = ['supervisor', 'console', 'stats'];

/** As its unit has them; `host/capabilities.ts` in the supervisor tells what for. */
const SUPERVISOR_CAPABILITIES = [
  'chown',
  'dac_override',
  'fowner',
  'kill',
  'setgid',
  'setuid',
  'net_admin',
  'sys_resource',
];

export interface SystemOptions {
  /** Absolute. */
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (text: string) => void;
  /** Where all programs were built already; they are built here without it. */
  readonly programs?: string | undefined;
  /** Ends the starting, with the signal's reason. */
  readonly stop: AbortSignal;
}

/** The whole system, run from the checkout: nats-server and every service, everything below one folder. */
export class System implements AsyncDisposable {
  readonly #scope: Scope;
  readonly #bus: Bus;

  private constructor(scope: Scope, bus: Bus) {
    this.#scope = scope;
    this.#bus = bus;
  }

  /** Resolves when commands are accepted. Throws `StartError`. */
  static async start(options: SystemOptions): Promise<System> {
    const folders = foldersOf(options.dir);
    for (const folder of Object.values(folders) as string[])
      await mkdir(folder, { recursive: true });
    const scope = new Scope();
    try {
      scope.use(
        await lockFile(join(folders.run, 'foreground.lock'), `albatross in ${options.dir}`),
      );
      const { configFile } = await prepareBusFiles(folders);
      const env = {
        ALBATROSS_LOG_LEVEL: 'warn',
        ...options.env,
        PATH: `${options.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}:${SBIN}`,
        ALBATROSS_DIR: options.dir,
      };
      const keep = (name: string, command: readonly [string, ...string[]]): void => {
        const pidFile = join(folders.run, `${name}.pid`);
        const bounds = boundsOf(name);
        scope.use(new KeptProcess({ name, command, pidFile, env, say: options.say, ...bounds }));
      };
      const natsLog = join(folders.run, 'nats-server.log');
      await rm(natsLog, { force: true });
      keep('nats-server', ['nats-server', '-c', configFile, '-l', natsLog]);
      const folder = join(folders.run, 'programs');
      const programOf = async (service: string): Promise<string> =>
        options.programs === undefined
          ? await buildService(service, folder)
          : programFile(options.programs, service);
      for (const service of SERVICES) keep(service, [process.execPath, await programOf(service)]);
      const bus = scope.use(
        await Bus.connect({
          ...(await readBusAccess(folders, 'admin')),
          identity: 'admin',
          connectDeadlineMs: READY_DEADLINE_MS,
          stop: options.stop,
          onDefect: (error, where) => options.say(`${where}: ${String(error)}`),
        }),
      );
      await untilServed(bus, options.stop);
      return new System(scope, bus);
    } catch (error) {
      await scope[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What goes on when the system stops. */
  async running(): Promise<readonly UnikernelSummary[]> {
    const found: UnikernelSummary[] = [];
    let after: UnikernelName | undefined;
    do {
      const page: ReplyOf<typeof listUnikernels> = await this.#bus.request(listUnikernels, {
        name: ROOT,
        ...(after === undefined ? {} : { after }),
      });
      found.push(...page.unikernels.filter(({ pid }) => pid !== null));
      after = page.next ?? undefined;
    } while (after !== undefined);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }
}

/** Only root has any to give up. */
function boundsOf(name: string): { readonly capabilities?: readonly string[] } {
  const isBounded = name === 'supervisor' && process.getuid?.() === 0;
  return isBounded ? { capabilities: SUPERVISOR_CAPABILITIES } : {};
}

/** Every service answers; a console that never printed anything is an answer. */
async function untilServed(bus: Bus, stop: AbortSignal): Promise<void> {
  const end = Date.now() + READY_DEADLINE_MS;
  for (;;) {
    stop.throwIfAborted();
    try {
      await bus.request(listUnikernels, { name: ROOT });
      await bus.request(listStats, { name: ROOT });
      await bus.request(consoleHistory, { name: 'ready', from: { kind: 'count', count: 0 } });
      return;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.code === 'CONSOLE_NOT_FOUND') return;
      if (Date.now() > end) throw new StartError(`albatross does not come up: ${error.message}`);
    }
  }
}
