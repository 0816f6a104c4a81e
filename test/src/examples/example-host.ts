import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { chmod, cp, mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import type { TestContext } from 'node:test';
import { OwnNetwork } from '../harness/own-network.ts';
import { Program } from '../harness/program.ts';
import { RunningGateway } from '../harness/running-gateway.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';
import { fillFolder } from './example-files.ts';
import { installPrograms } from './example-programs.ts';
import { restoreStanding } from './standing.ts';
import { TypedShell } from './typed-shell.ts';

/**
 * Where examples are typed: a machine with a running system, whose names of hosts, folders of the system, ports and
 * bridges are its own. Each example has a folder of its own, with every file that examples name.
 */
export class ExampleHost implements AsyncDisposable {
  readonly system: RunningSystem;
  readonly #network: OwnNetwork;
  readonly #scratch: TemporaryFolder;
  readonly #env: Readonly<Record<string, string>>;
  #gateway: RunningGateway | null = null;
  #standIns: Program | null = null;

  private constructor(
    system: RunningSystem,
    network: OwnNetwork,
    scratch: TemporaryFolder,
    shellEnv: Readonly<Record<string, string>>,
  ) {
    this.system = system;
    this.#network = network;
    this.#scratch = scratch;
    this.#env = shellEnv;
  }

  /** Why there can be none here, or false. */
  static async whyNot(): Promise<string | false> {
    const none = await OwnNetwork.whyNot();
    return none === false ? false : `not run here: ${none}`;
  }

  /** Its network is gone with the test. */
  static async start(t: TestContext): Promise<ExampleHost> {
    const scratch = await TemporaryFolder.make();
    await chmod(scratch.path, 0o755);
    const network = await OwnNetwork.open(t);
    await network.run('sh', '-ec', PREPARE, scratch.path);
    // Examples that follow what is sampled wait for the next sample.
    env['ALBATROSS_STATS_INTERVAL_S'] = '1';
    const system = await RunningSystem.start({ tenders: await standInTender(), network });
    const shellEnv = {
      PATH: `${scratch.file('bin')}:${env['PATH'] ?? ''}`,
      HOME: scratch.file('home'),
      LANG: 'C.UTF-8',
      ALBATROSS_DIR: system.dir,
      CHECKOUT: join(import.meta.dirname, '../../..'),
      NODE_EXTRA_CA_CERTS: scratch.file('builds.pem'),
    };
    const self = new ExampleHost(system, network, scratch, shellEnv);
    try {
      await self.#furnish();
    } catch (error) {
      await self[Symbol.asyncDispose]();
      throw error;
    }
    return self;
  }

  async #furnish(): Promise<void> {
    await installPrograms(this.#scratch.file('bin'));
    await this.restoreStanding();
    const template = this.#scratch.file('template');
    await mkdir(template);
    await using shell = await this.#shellIn(template);
    await fillFolder(template, this.system.dir, shell);
    await cp(join(template, 'state'), this.#scratch.file('lib/albatross/state'));
    this.#standIns = Program.start(
      this.#network.command(process.execPath, ...LOADER, STAND_INS, this.#scratch.path),
      { env, cwd: template },
    );
    await this.#standIns.untilSays(/^ready$/m);
    await this.serveAgain();
  }

  /** A folder with everything that examples name. */
  async folder(): Promise<string> {
    const folder = await this.emptyFolder();
    await cp(this.#scratch.file('template'), folder, { recursive: true, verbatimSymlinks: true });
    return folder;
  }

  async emptyFolder(): Promise<string> {
    return await mkdtemp(this.#scratch.file('folder-'));
  }

  /** Before each example the machine stands as `standing.ts` has it. */
  async shell(folder: string): Promise<TypedShell> {
    return await this.#shellIn(folder);
  }

  async restoreStanding(): Promise<void> {
    await restoreStanding(await this.system.administrator());
  }

  /** A gateway where clients expect one, with what the folder has; in place of the former one. */
  async serveFrom(folder: string, server = 'server'): Promise<void> {
    await this.stopServing();
    const files = ['cacert.pem', `${server}.pem`, `${server}.key`].map((file) =>
      join(folder, file),
    );
    this.#gateway = await RunningGateway.start(this.system, ...files);
    assert.equal(this.#gateway.port, 1025);
  }

  /** As the folders of examples have it. */
  async serveAgain(): Promise<void> {
    await this.serveFrom(this.#scratch.file('template'));
  }

  async stopServing(): Promise<void> {
    const gateway = this.#gateway;
    this.#gateway = null;
    await gateway?.[Symbol.asyncDispose]();
  }

  async #shellIn(folder: string): Promise<TypedShell> {
    return await TypedShell.open({ folder, env: this.#env, inside: this.#network.command() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopServing();
    this.#standIns?.signal('SIGTERM');
    await this.#standIns?.ended();
    await this.system[Symbol.asyncDispose]();
    await this.#scratch[Symbol.asyncDispose]();
  }
}

const STAND_INS = join(import.meta.dirname, 'stand-in-servers.ts');

/** $0 is the folder for its files. What examples name is there for whoever is in this network, and for nobody else. */
const PREPARE = `
cd "$0"
mkdir home home/.zfunc bin lib lib/albatross
mkdir -p home/.local/share/bash-completion/completions home/.config/fish/completions
openssl req -x509 -newkey ed25519 -nodes -days 2 -subj /CN=builds.robur.coop \
  -addext subjectAltName=DNS:builds.robur.coop -keyout builds.key -out builds.pem 2>/dev/null
mount --bind lib /var/lib
cp -a /etc etc
mkdir -p etc/albatross
echo token >etc/albatross/influx.token
echo '127.0.0.1 localhost host.example host.example.org builds.robur.coop' >etc/hosts
mount --bind etc /etc
ip link add name service type bridge
ip link set dev service up
ip tuntap add dev tap0 mode tap
`;
