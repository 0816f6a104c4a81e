import { LIFE_DRAFT_PREFIX, lifeName, type LifeName } from '@albatross/shared/domain/life';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const { O_NONBLOCK, O_RDWR, O_WRONLY } = constants;

/** The folders where supervisor, keepers and console meet, without the other two. */
export class Host implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly #lives: LifeDouble[] = [];

  private constructor(folder: TemporaryFolder) {
    this.#folder = folder;
    for (const path of [this.lives, this.exits]) mkdirSync(path);
  }

  static async make(): Promise<Host> {
    return new Host(await TemporaryFolder.make());
  }

  get lives(): string {
    return this.#folder.file('lives');
  }

  get exits(): string {
    return this.#folder.file('exits');
  }

  get histories(): string {
    return this.#folder.file('console');
  }

  /** A life whose keeper and tender are this process. */
  begin(unikernel: string, number: number): LifeDouble {
    const life = new LifeDouble(this, this.#build(unikernel, number));
    this.#lives.push(life);
    return life;
  }

  /** A life of a real keeper and a tender that is a line of sh; resolves when the keeper is gone. */
  async run(unikernel: string, number: number, tender: string): Promise<void> {
    const { name, draft } = this.#draft(unikernel, number);
    const keeper = spawn('sh', ['-c', KEEPER, 'keeper', join(this.exits, name), tender], {
      cwd: draft,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(keeper, 'exit');
    await once(keeper.stdout, 'data');
    renameSync(draft, join(this.lives, name));
    await exit;
  }

  #build(unikernel: string, number: number): LifeName {
    const { name, draft } = this.#draft(unikernel, number);
    renameSync(draft, join(this.lives, name));
    return name;
  }

  #draft(unikernel: string, number: number): { name: LifeName; draft: string } {
    const name = lifeName({ unikernel: parseUnikernelName(unikernel), number });
    const draft = join(this.lives, LIFE_DRAFT_PREFIX + name);
    mkdirSync(draft);
    execFileSync('mkfifo', [join(draft, 'fifo'), join(draft, 'drain')]);
    return { name, draft };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const life of this.#lives) life.loseKeeper().endTender();
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** Holds the fifo before its life can be seen. */
const KEEPER = `
  exec 3<>fifo 4<>drain
  echo holds
  (eval "$2") 3>&- 4>&- 1<>fifo
  echo "$? " >exit && mv exit "$1"
  read -r _ <&4
`;

/** A life that this process keeps, step by step. */
export class LifeDouble {
  readonly name: LifeName;
  readonly #host: Host;
  readonly #folder: string;
  /** What the keeper holds open. */
  readonly #kept: number[];
  #tender: number | null;

  constructor(host: Host, name: LifeName) {
    this.#host = host;
    this.name = name;
    this.#folder = join(host.lives, name);
    const drain = openSync(join(this.#folder, 'drain'), O_RDWR | O_NONBLOCK);
    this.#kept = [openSync(join(this.#folder, 'fifo'), O_RDWR), drain];
    // A tender must not be held up by a test that reads too late.
    this.#tender = openSync(join(this.#folder, 'fifo'), O_WRONLY | O_NONBLOCK);
  }

  print(text: string): this {
    if (this.#tender !== null) writeSync(this.#tender, text);
    return this;
  }

  endTender(): this {
    if (this.#tender !== null) closeSync(this.#tender);
    this.#tender = null;
    return this;
  }

  /** The tender ends, and the keeper says how. */
  exit(text: string): this {
    const draft = join(this.#folder, 'exit');
    writeFileSync(draft, text);
    renameSync(draft, join(this.#host.exits, this.name));
    return this.endTender();
  }

  /** What the keeper was told through `drain`. */
  drained(): string {
    const [, drain] = this.#kept;
    const bytes = Buffer.alloc(1024);
    try {
      return bytes.toString('utf8', 0, drain === undefined ? 0 : readSync(drain, bytes));
    } catch {
      return '';
    }
  }

  /** The keeper is killed, or was told that it may go. */
  loseKeeper(): this {
    for (const fd of this.#kept.splice(0)) closeSync(fd);
    return this;
  }

  /** The supervisor clears the life away. */
  remove(): this {
    rmSync(this.#folder, { recursive: true, force: true });
    rmSync(join(this.#host.exits, this.name), { force: true });
    return this;
  }
}
