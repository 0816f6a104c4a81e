import { freePort, untilListening } from '@albatross/shared/runtime/loopback-port';
import type { AuthorityFiles } from '@albatross/pki';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Root, tenant and leaf. */
const DEPTH = '3';
const LISTEN_DEADLINE_MS = 10_000;

/**
 * `openssl s_server`: lets in who shows a certificate of that authority, over TLS 1.3 without tickets, has
 * nothing to say, and takes the next client when one has ended.
 */
export class OpensslServer implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  /** Null where there is no such program. */
  static async start(files: AuthorityFiles): Promise<OpensslServer | null> {
    const port = await freePort();
    const identity = ['-cert', files.serverCertificateFile, '-key', files.serverKeyFile];
    const clients = ['-CAfile', files.certificateFile, '-Verify', DEPTH, '-verify_return_error'];
    const sessions = ['-tls1_3', '-no_ticket', '-num_tickets', '0', '-no_cache'];
    const words = [
      's_server',
      '-accept',
      `127.0.0.1:${port}`,
      ...identity,
      ...clients,
      ...sessions,
    ];
    // It would end at the end of its stdin, and say much of every client.
    const child = spawn('openssl', [...words, '-quiet', '-verify_quiet'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    try {
      await once(child, 'spawn');
    } catch {
      return null;
    }
    const server = new OpensslServer(port, child);
    if (await untilListening(port, LISTEN_DEADLINE_MS)) return server;
    await server[Symbol.asyncDispose]();
    throw new Error('openssl s_server does not listen');
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
