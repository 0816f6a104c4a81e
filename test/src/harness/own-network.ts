import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NetworkNamespace } from '../../../services/supervisor/src/testing/network-namespace.ts';
import { WITH_OPEN_TUN } from './open-tun.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** What is written to it goes to that port of its network, and what comes from there it prints. */
const PIPE = `
const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1');
socket.on('error', () => process.exit(1));
process.stdin.pipe(socket);
socket.pipe(process.stdout);
`;

/** A network of the test's own with one bridge, on which nothing speaks by itself. A system can run in it. */
export class OwnNetwork {
  readonly namespace: NetworkNamespace;
  readonly #t: TestContext;

  private constructor(namespace: NetworkNamespace, t: TestContext) {
    this.namespace = namespace;
    this.#t = t;
  }

  /** Why there can be none here, or false. */
  static async whyNot(): Promise<string | false> {
    return await NetworkNamespace.whyNot();
  }

  /** Gone with the test. */
  static async open(t: TestContext): Promise<OwnNetwork> {
    const self = new OwnNetwork(await NetworkNamespace.open(t), t);
    await self.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 || true');
    await self.namespace.ip('link add name br0 type bridge');
    await self.namespace.ip('link set dev br0 up');
    return self;
  }

  /** In front of a system's command: tenders are users of their own, and must open what taps come from. */
  get words(): readonly string[] {
    return this.command(...WITH_OPEN_TUN);
  }

  /** The words that execute a program in this network, and in the repository as any other. */
  command(...words: readonly string[]): readonly string[] {
    return this.namespace.command('env', `--chdir=${REPOSITORY}`, ...words);
  }

  /** Runs a program in this network to its end. */
  async run(...words: readonly string[]): Promise<void> {
    const [program = '', ...rest] = this.command(...words);
    const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
    const [status] = (await once(child, 'exit')) as [number | null];
    if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}`);
  }

  /** Where the bus of a system in this network can be found from outside. */
  async relay(url: string): Promise<string> {
    const { port } = new URL(url);
    const [program = '', ...words] = this.command(process.execPath, '-e', PIPE, port);
    const server = createServer((outside) => {
      const inside = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
      outside.pipe(inside.stdin);
      inside.stdout.pipe(outside);
      // Either side may go first.
      for (const stream of [outside, inside.stdin, inside.stdout])
        stream.on('error', () => undefined);
      inside.on('exit', () => outside.destroy());
      outside.on('close', () => inside.kill());
    });
    server.listen(0, '127.0.0.1').unref();
    this.#t.after(() => server.close());
    await once(server, 'listening');
    const there = new URL(url);
    there.port = String((server.address() as AddressInfo).port);
    return there.href;
  }
}
