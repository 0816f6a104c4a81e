import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Program } from '../../harness/program.ts';
import { processStat } from '../../harness/traces.ts';

const LISTEN_DEADLINE_MS = 30_000;
const END_DEADLINE_MS = 60_000;
/** Between two tries: what starts in some milliseconds is to be told apart from what takes one more. */
const TRY_MS = 1;

/** Where it listens: a socket's path, or a port of this machine. */
export type Listening = { readonly path: string } | { readonly port: number };

/** One of the original's daemons. */
export class PeerProcess implements AsyncDisposable {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  /** Resolves when it takes connections. */
  static async start(
    command: readonly string[],
    { env, cwd, where }: { env: NodeJS.ProcessEnv; cwd: string; where: Listening },
  ): Promise<PeerProcess> {
    // It ends with us, however we end, as ours do in this benchmark.
    const bound = ['/usr/bin/setpriv', '--pdeathsig', 'TERM', '--', ...command];
    const one = new PeerProcess(Program.start(bound, { env, cwd }));
    try {
      await one.#untilListening(where);
      return one;
    } catch (error) {
      await one[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pid(): number {
    return this.#program.pid;
  }

  async kill(): Promise<void> {
    this.#program.signal('SIGKILL');
    await this.#program.ended();
  }

  /** The daemon ends its unikernels first. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#program.signal('SIGTERM');
    await this.#program.ended(END_DEADLINE_MS);
  }

  async #untilListening(where: Listening): Promise<void> {
    const end = Date.now() + LISTEN_DEADLINE_MS;
    while (!(await takesConnections(where))) {
      const isOver = processStat(this.pid) === null;
      if (isOver || Date.now() > end)
        throw new Error(`${JSON.stringify(where)} takes no connections: ${this.#program.stderr}`);
      await sleep(TRY_MS);
    }
  }
}

async function takesConnections(where: Listening): Promise<boolean> {
  const socket = connect(where);
  try {
    return await new Promise<boolean>((resolve) => {
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}
