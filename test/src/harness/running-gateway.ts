import { buildService } from '../../../deploy/foreground/src/programs.ts';
import { builtProgram } from './built-program.ts';
import type { Ended, Program } from './program.ts';
import type { RunningSystem } from './running-system.ts';

/** One record of its log. */
export interface LogRecord {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The gateway beside a running system, as it is installed: over TLS, or with `--local` on sockets. */
export class RunningGateway implements AsyncDisposable {
  /** Where it listens over TLS. */
  readonly port: number;
  readonly #program: Program;

  private constructor(program: Program, port: number) {
    this.#program = program;
    this.port = port;
  }

  /** Resolves when it is ready. */
  static async start(system: RunningSystem, ...words: readonly string[]): Promise<RunningGateway> {
    const program = system.startBeside([process.execPath, await gatewayProgram(), ...words]);
    try {
      await program.untilLogs(/"msg":"ready"/);
    } catch (error) {
      program.signal('SIGTERM');
      await program.ended();
      throw error;
    }
    const ready = recordsIn(program.stderr).find(({ msg }) => msg === 'ready');
    return new RunningGateway(program, Number(ready?.['port'] ?? 0));
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** As `--destination` takes it. */
  get destination(): string {
    return `127.0.0.1:${this.port}`;
  }

  get log(): readonly LogRecord[] {
    return recordsIn(this.#program.stderr);
  }

  signal(signal: NodeJS.Signals): void {
    this.#program.signal(signal);
  }

  /** Ends it, if it has not ended. */
  async stop(): Promise<Ended> {
    this.#program.signal('SIGTERM');
    return await this.#program.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { stdout, stderr } = await this.stop();
    // Shown only if a test of the file fails.
    process.stderr.write(`${stdout}${stderr}`);
  }
}

async function gatewayProgram(): Promise<string> {
  return await builtProgram('tls-gateway', async (folder) => buildService('tls-gateway', folder));
}

function recordsIn(stderr: string): readonly LogRecord[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogRecord);
}
