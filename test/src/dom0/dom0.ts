import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realTenders, standInTender, type Tenders } from '../harness/tender-path.ts';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import { Booted } from './booted.ts';
import { Tree } from './tree.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const IMAGE = join(REPOSITORY, 'examples/hello/images/hello.spt');
/** Addresses of two networks that see each other: the dom0's, and that of somebody elsewhere. */
export const HERE = '192.0.2.1';
const ELSEWHERE = '192.0.2.2';

/** A dom0 with our package, and somebody elsewhere. */
export class Dom0 implements AsyncDisposable {
  /** For files of whoever carries this out. */
  readonly folder: string;
  readonly tree: Tree;
  readonly package: string;
  #booted: Booted;
  #elsewhere: ChildProcess | null = null;

  private constructor(folder: string, parts: { tree: Tree; package: string; booted: Booted }) {
    this.folder = folder;
    this.tree = parts.tree;
    this.package = parts.package;
    this.#booted = parts.booted;
  }

  /** Builds the package, and boots a Debian that has all it needs, but not yet the package itself. */
  static async install(folder: string, say: (text: string) => void): Promise<Dom0> {
    say('building the package');
    const build = ['--import', 'tsx', 'deploy/package/src/main.ts', folder];
    execFileSync(process.execPath, build, { cwd: REPOSITORY, stdio: 'inherit' });
    const name = readdirSync(folder).find((file) => file.endsWith('.deb'));
    if (name === undefined) throw new Error(`no package was built in ${folder}`);
    const tree = Tree.make(say);
    tree.installNode();
    const tender = (await tenderHere())['solo5-spt'];
    if (tender === undefined) throw new Error('there is no solo5-spt, and nothing to run');
    tree.installProgram(tender);
    copyFileSync(IMAGE, join(tree.path, 'root/hello.spt'));
    const booted = await Booted.boot(tree.path, join(folder, 'boot.log'));
    return new Dom0(folder, { tree, package: join(folder, name), booted });
  }

  /** Runs a program in it, and returns what it prints. Throws when that fails. */
  run(...words: readonly string[]): string {
    return this.#booted.run(...words);
  }

  /** The same, whatever its status. */
  try(...words: readonly string[]): string {
    return this.#booted.try(...words);
  }

  /** Runs a program of this machine in its network. */
  runBeside(...words: readonly string[]): string {
    const [program = '', ...rest] = [...this.#booted.network, ...words];
    return execFileSync(program, rest, { encoding: 'utf8', cwd: REPOSITORY });
  }

  /** Runs the client as somebody elsewhere does, in a folder with his certificates. */
  runElsewhere(...words: readonly string[]): string {
    const network = `--net=/proc/${this.#elsewhere?.pid}/ns/net`;
    // The same programs, without anything of the system that runs there.
    const client = ['chroot', this.tree.path, 'sh', '-c', IN_FOLDER, 'albatross', ...words];
    return execFileSync('nsenter', [network, ...client], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** A network elsewhere, and the wire to it. */
  async connectElsewhere(): Promise<void> {
    this.#elsewhere ??= await emptyNetwork();
    const there = String(this.#elsewhere.pid);
    const peer = ['peer', 'name', 'eth0', 'netns', there];
    this.runBeside('ip', 'link', 'add', 'eth0', 'type', 'veth', ...peer);
    this.runBeside('ip', 'addr', 'add', `${HERE}/24`, 'dev', 'eth0');
    this.runBeside('ip', 'link', 'set', 'eth0', 'up');
    for (const words of [`addr add ${ELSEWHERE}/24 dev eth0`, 'link set eth0 up', 'link set lo up'])
      execFileSync('nsenter', [`--net=/proc/${there}/ns/net`, 'ip', ...words.split(' ')]);
  }

  async reboot(): Promise<void> {
    await this.#booted.powerOff();
    this.#booted = await Booted.boot(this.tree.path, join(this.folder, 'boot.log'));
    await this.connectElsewhere();
  }

  /** The package with another version, as an upgrade is. */
  packageOf(version: string): string {
    const staged = join(this.folder, 'staged');
    mkdirSync(staged);
    execFileSync('dpkg-deb', ['-R', this.package, staged]);
    const control = join(staged, 'DEBIAN/control');
    const text = execFileSync('sed', [`s/^Version: .*/Version: ${version}/`, control]);
    writeFileSync(control, text);
    const file = join(this.folder, `albatross-dom0_${version}_amd64.deb`);
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-b', staged, file]);
    execFileSync('rm', ['-r', staged]);
    return file;
  }

  /** As `apt` does; its dependencies are there. Returns what it says. */
  dpkg(file: string): string {
    copyFileSync(file, join(this.tree.path, 'root/package.deb'));
    return this.run('dpkg', '--install', '/root/package.deb');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#elsewhere?.kill('SIGKILL');
    await this.#booted[Symbol.asyncDispose]();
    this.tree[Symbol.dispose]();
  }
}

const IN_FOLDER = 'cd /root/elsewhere && exec "$0" "$@"';

/** The real one, or else the stand-in. */
async function tenderHere(): Promise<Tenders> {
  const real = realTenders();
  return real['solo5-spt'] === undefined ? await standInTender() : real;
}

async function emptyNetwork(): Promise<ChildProcess> {
  const child = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
  await eventually('it has a network of its own', () => {
    return readFileSync(`/proc/${child.pid}/comm`, 'utf8').trim() === 'sleep';
  });
  return child;
}
