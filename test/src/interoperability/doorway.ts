import { once } from 'node:events';
import type { OwnNetwork } from '../harness/own-network.ts';
import { spawn } from 'node:child_process';

/** Whoever connects to the socket is connected to that port of the network. */
const PROGRAM = `
const { connect, createServer } = require('node:net');
const [path, port] = process.argv.slice(1);
const server = createServer({ allowHalfOpen: true }, (outside) => {
  const inside = connect({ host: '127.0.0.1', port: Number(port), allowHalfOpen: true });
  for (const socket of [outside, inside]) socket.on('error', () => undefined);
  inside.on('close', () => outside.destroy());
  outside.on('close', () => inside.destroy());
  outside.pipe(inside).pipe(outside);
});
server.listen(path, () => process.stdout.write('ready'));
process.stdin.resume().on('end', () => process.exit());
`;

/** A socket at `path` through which a port of another network can be reached from here. */
export class Doorway implements AsyncDisposable {
  readonly path: string;
  readonly #close: () => Promise<void>;

  private constructor(path: string, close: () => Promise<void>) {
    this.path = path;
    this.#close = close;
  }

  static async open(network: OwnNetwork, port: number, path: string): Promise<Doorway> {
    const [file = '', ...words] = network.command(process.execPath, '-e', PROGRAM, path, `${port}`);
    // Ends with its input, and so with us.
    const child = spawn(file, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    await once(child.stdout, 'data');
    return new Doorway(path, async () => {
      child.stdin.end();
      await closed;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
