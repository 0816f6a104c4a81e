import { writeRequestFile } from '@albatross/pki';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { clientProgram } from '@albatross/test/harness/client-program';
import type { WireCommand, WirePolicy } from '@albatross/wire';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

const CLIENT = await clientProgram();

export const INFO: WireCommand = { kind: 'unikernel-info', form: 'newest' };

export function policyAdd(limits: Partial<WirePolicy> = {}): WireCommand {
  const policy = {
    cpuids: [0, 1],
    unikernels: 16n,
    memory: 1024,
    block: 100,
    bridges: ['service'],
  };
  return { kind: 'policy-add', policy: { ...policy, ...limits } };
}

export function create(memory: number): WireCommand {
  const config = {
    typ: 'solo5',
    compressed: false,
    image: new Uint8Array(64),
    startup: null,
    addName: true,
    fail: { kind: 'quit' },
    cpuids: [0],
    memory,
    blocks: [],
    nets: [],
    arguments: [],
    vcpus: 1,
    linuxBoot: null,
  } as const;
  return { kind: 'unikernel-create', config };
}

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder in which somebody issues certificates, with the program `albatross` and with OpenSSL. */
export class CertificateDesk implements AsyncDisposable {
  readonly #folder: TemporaryFolder;

  private constructor(folder: TemporaryFolder) {
    this.#folder = folder;
  }

  static async open(): Promise<CertificateDesk> {
    return new CertificateDesk(await TemporaryFolder.make());
  }

  file(name: string): string {
    return this.#folder.file(name);
  }

  async read(name: string): Promise<string> {
    return await readFile(this.file(name), 'latin1');
  }

  async albatross(...args: readonly string[]): Promise<Ended> {
    return await this.#run(process.execPath, [CLIENT, ...args]);
  }

  /** What it prints, errors as well. */
  async openssl(...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await this.#run('openssl', args);
    return stdout + stderr;
  }

  async request(commonName: string, command: WireCommand | null): Promise<string> {
    const asked = { commonName, command, keyType: null };
    await writeRequestFile({ ...asked, folder: this.#folder.path });
    return `${commonName}.req`;
  }

  /** Everything that is there, by name. */
  async content(): Promise<Readonly<Record<string, string>>> {
    const names = (await readdir(this.#folder.path)).toSorted();
    const texts = names.map(async (name) => [name, await this.read(name)]);
    return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
  }

  async #run(program: string, args: readonly string[]): Promise<Ended> {
    return await new Promise((resolve) => {
      execFile(program, args, { cwd: this.#folder.path }, (error, stdout, stderr) => {
        const status = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
        resolve({ status, stdout, stderr });
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** One line and a status, and nothing changed. */
export async function refusalOf(
  desk: CertificateDesk,
  ...args: readonly string[]
): Promise<string> {
  const before = JSON.stringify(await desk.content());
  const { status, stdout, stderr } = await desk.albatross(...args);
  const isUnchanged = before === JSON.stringify(await desk.content());
  const isOneLine = stdout === '' && /^[^\n]+\n$/.test(stderr);
  return `${status} ${isOneLine ? '' : 'not one line: '}${isUnchanged ? '' : 'changed: '}${stderr.trimEnd()}`;
}
