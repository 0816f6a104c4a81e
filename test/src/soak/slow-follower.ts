import type { Program } from '../harness/program.ts';
import type { RunningSystem } from '../harness/running-system.ts';

/** Our client that follows consoles and is stopped meanwhile, as by somebody who scrolls back. */
export class SlowFollower implements AsyncDisposable {
  readonly #client: Program;

  /** `path`: one with a line, at least. */
  static async start(system: RunningSystem, path: string): Promise<SlowFollower> {
    const client = system.startAlbatross('console', path, '--follow', '--count', '10', '--json');
    const self = new SlowFollower(client);
    await client.untilSays(/\n/);
    client.signal('SIGSTOP');
    return self;
  }

  private constructor(client: Program) {
    this.#client = client;
  }

  /** Lets it read on, and ends it as by Ctrl-C. Returns what is wrong about its end. */
  async end(): Promise<readonly string[]> {
    this.#client.signal('SIGCONT');
    this.#client.signal('SIGINT');
    const { status, stderr } = await this.#client.ended();
    return status === 0 ? [] : [`a slow follower ended with ${status}: ${stderr}`];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.signal('SIGKILL');
    await this.#client.ended();
  }
}
