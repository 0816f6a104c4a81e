import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { clientProgram } from '../harness/client-program.ts';
import { OwnNetwork } from '../harness/own-network.ts';
import type { Program } from '../harness/program.ts';
import { RunningGateway } from '../harness/running-gateway.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { insideScratchKvm } from '../harness/scratch-kvm.ts';
import { standInTender } from '../harness/tender-path.ts';
import { Doorway } from './doorway.ts';
import { recordedCertificate } from './recorded-certificates.ts';
import { putRecordedFiles } from './recorded-files.ts';

/** Why it cannot be tried here; null when it can. The images that were recorded are for hvt. */
export async function whyNot(): Promise<string | null> {
  const none = await OwnNetwork.whyNot();
  if (none !== false) return none;
  const kvm = insideScratchKvm('0666');
  if ('why' in kvm) return kvm.why;
  if (cpus().length < 2) return 'a unikernel of the original has two CPUs, and this machine one';
  if (!readdirSync(NATIVE).some((file) => file.endsWith('.node')))
    return 'the endpoint has no addon here that lets it take certificates of more than 100 KiB';
  const { notBefore } = recordedCertificate('authorities/ed25519');
  return Date.now() > notBefore ? null : 'the clock is before the certificates were made';
}

const NATIVE = new URL('../../../services/tls-gateway/native/', import.meta.url);

/** A running system in a network with the bridge that the original had, and what it was given in a folder. */
export class Ground implements AsyncDisposable {
  readonly system: RunningSystem;
  readonly folder: string;
  readonly #network: OwnNetwork;

  private constructor(system: RunningSystem, network: OwnNetwork, folder: string) {
    this.system = system;
    this.folder = folder;
    this.#network = network;
  }

  /** Gone with the test, as far as its network goes. */
  static async prepare(t: TestContext): Promise<Ground> {
    const network = await OwnNetwork.open(t);
    await network.namespace.ip('link add name service type bridge');
    await network.namespace.ip('link set dev service up');
    const kvm = insideScratchKvm('0666');
    const inside = 'words' in kvm ? kvm.words : [];
    const tender = (await standInTender())['solo5-spt'] ?? '';
    const tenders = { 'solo5-hvt': tender.replace(/spt$/, 'hvt') };
    const folder = await mkdtemp(join(tmpdir(), 'albatross-interoperability-'));
    await putRecordedFiles(folder);
    await mkdir(join(folder, 'own'));
    return new Ground(await RunningSystem.start({ tenders, network, inside }), network, folder);
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  /** An endpoint with the authority and the server in these files. */
  async endpoint(ca: string, certificate: string, key: string): Promise<RunningGateway> {
    const files = [ca, certificate, key].map((name) => this.file(name));
    return await RunningGateway.start(this.system, '--ip', '127.0.0.1', '--port', '0', ...files);
  }

  async sockets(): Promise<RunningGateway> {
    return await RunningGateway.start(this.system, '--local');
  }

  /** Leads to it from the test. */
  async doorway({ port }: RunningGateway): Promise<Doorway> {
    return await Doorway.open(this.#network, port, this.file('door'));
  }

  /** Our client, in a folder below that one. */
  async client(words: readonly string[], below = '.'): Promise<Program> {
    const here = ['env', `--chdir=${this.file(below)}`, process.execPath, await clientProgram()];
    return this.system.startBeside([...here, ...words]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true });
  }
}
