import { wireForm, type UnikernelName } from '@albatross/shared/domain/name';
import { freePort } from '@albatross/shared/runtime/loopback-port';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { Program, type Ended } from '../../harness/program.ts';
import { killIfThere } from '../../harness/kill-if-there.ts';
import { TenderPath, type Tenders } from '../../harness/tender-path.ts';
import { PeerProcess, type Listening } from './peer-process.ts';
import type { PeerProgram, PeerPrograms } from './peer-programs.ts';

type Socket = 'vmmd' | 'console' | 'stat';

/** In PEM. */
export interface EndpointFiles {
  readonly certificateFile: string;
  readonly serverCertificateFile: string;
  readonly serverKeyFile: string;
}

/** The original's daemons in folders of their own. */
export class PeerSystem implements AsyncDisposable {
  readonly #programs: PeerPrograms;
  readonly #path: TenderPath | null;
  readonly #folder: string;
  readonly #running = new Map<PeerProgram, PeerProcess>();
  /** Of the endpoint; 0 before it was started. */
  port = 0;

  private constructor(programs: PeerPrograms, path: TenderPath | null, folder: string) {
    this.#programs = programs;
    this.#path = path;
    this.#folder = folder;
  }

  /** Resolves when all of them take connections. `tenders`: null where no unikernel is made. */
  static async start(
    programs: PeerPrograms,
    tenders: Tenders | null,
    daemons: readonly Exclude<PeerProgram, 'albatross-client' | 'albatross-tls-endpoint'>[] = [
      'albatross-console',
      'albatrossd',
    ],
  ): Promise<PeerSystem> {
    const path = tenders === null ? null : await TenderPath.make(tenders);
    const folder = await mkdtemp(join(tmpdir(), 'albatross-peer-'));
    const self = new PeerSystem(programs, path, folder);
    try {
      for (const below of ['run/util', 'run/fifo', 'db/block'])
        await mkdir(join(folder, below), { recursive: true });
      for (const daemon of daemons) await self.startOne(daemon);
      return self;
    } catch (error) {
      await self[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where the sockets are. */
  get tmpdir(): string {
    return join(this.#folder, 'run');
  }

  socket(name: Socket): string {
    return join(this.tmpdir, 'util', `${name}.sock`);
  }

  /** What a unikernel's output goes through. */
  fifo(name: UnikernelName): string {
    return join(this.tmpdir, 'fifo', wireForm(name));
  }

  pidOf(program: PeerProgram): number {
    return this.#running.get(program)?.pid ?? 0;
  }

  /** Nobody else starts it again: its units have no `Restart=`. */
  async startOne(program: keyof typeof SOCKETS): Promise<void> {
    const words = program === 'albatrossd' ? ['--dbdir', join(this.#folder, 'db')] : [];
    const where = { path: this.socket(SOCKETS[program]) };
    await this.#start(program, ['--tmpdir', this.tmpdir, ...words], where);
  }

  async startEndpoint(files: EndpointFiles): Promise<void> {
    this.port = await freePort();
    const { certificateFile, serverCertificateFile, serverKeyFile } = files;
    const where = ['--tmpdir', this.tmpdir, '--ip', '127.0.0.1', '--port', String(this.port)];
    const words = [...where, certificateFile, serverCertificateFile, serverKeyFile];
    await this.#start('albatross-tls-endpoint', words, { port: this.port });
  }

  async kill(program: PeerProgram): Promise<void> {
    await this.#running.get(program)?.kill();
    this.#running.delete(program);
  }

  /** Its client, run to its end. */
  async client(...words: readonly string[]): Promise<Ended> {
    const command = [this.#programs.path('albatross-client'), ...words, '--tmpdir', this.tmpdir];
    return await Program.run(command, this.#where());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      // Those that need others go first.
      for (const daemon of [...this.#running.values()].toReversed())
        await daemon[Symbol.asyncDispose]();
    } finally {
      for (const pid of processesOf(this.#folder)) killIfThere(pid);
      await this.#path?.[Symbol.asyncDispose]();
      await rm(this.#folder, { recursive: true });
    }
  }

  async #start(program: PeerProgram, words: readonly string[], where: Listening): Promise<void> {
    const command = [this.#programs.path(program), ...words];
    this.#running.set(program, await PeerProcess.start(command, { ...this.#where(), where }));
  }

  #where(): { readonly env: NodeJS.ProcessEnv; readonly cwd: string } {
    const path = this.#path === null ? {} : { PATH: this.#path.folder };
    return { env: { ...env, ...path }, cwd: this.#folder };
  }
}

const SOCKETS = {
  'albatross-console': 'console',
  albatrossd: 'vmmd',
  'albatross-stats': 'stat',
} as const satisfies Partial<Record<PeerProgram, Socket>>;

/** Tenders whose daemon was killed; the path of their image is in that folder. */
function processesOf(folder: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      const file = `/proc/${pid}/cmdline`;
      try {
        return existsSync(file) && readFileSync(file, 'latin1').includes(`${folder}/`);
      } catch {
        return false;
      }
    });
}
