import { readCertificate } from '@albatross/pki';
import { clientProgram } from '@albatross/test/harness/client-program';
import { decodeExtension, type WireCommand } from '@albatross/wire';
import { spawn } from 'node:child_process';
import type { TLSSocket } from 'node:tls';
import { CertificateDesk } from './certificate-desk.ts';
import { RunningClient, type Ended } from './real-client.ts';
import { contentFrom, ToyGateway } from './toy-gateway.ts';

const CLIENT = await clientProgram();

/** What somebody asked for. */
interface Asked {
  readonly commonName: string | null;
  readonly command: WireCommand;
  /** What came behind a `block-set`. */
  readonly content: Buffer | null;
}

/** What is sent for it; a stream is not ended then, unless it is said. */
interface Answer {
  readonly bytes: Uint8Array;
  readonly isOpen?: boolean;
}

/** What a server answers, one answer for each connection, and what it was asked. */
class Answers {
  readonly asked: Asked[] = [];
  /** Ends of connections that clients ended first. */
  readonly left: string[] = [];
  readonly #answers: Answer[] = [];

  /** For the connections that come next, in this order. */
  willAnswer(...answers: readonly Answer[]): void {
    this.asked.length = 0;
    this.left.length = 0;
    this.#answers.splice(0, Infinity, ...answers);
  }

  async serve(socket: TLSSocket): Promise<void> {
    const { commonName, extension } = readCertificate(socket.getPeerCertificate().raw);
    const command = decodeExtension(extension ?? new Uint8Array());
    socket.on('end', () => this.left.push(command.kind));
    const content = command.kind === 'block-set' ? await contentFrom(socket) : null;
    this.asked.push({ commonName, command, content });
    const { bytes, isOpen = false } = this.#answers.shift() ?? { bytes: new Uint8Array() };
    socket.write(bytes);
    if (!isOpen) socket.end();
  }
}

/** A server, and the program `albatross` of somebody who has an authority below that of the server. */
export class RemoteDesk implements AsyncDisposable {
  readonly server: Answers;
  readonly #gateway: ToyGateway;
  readonly #desk: CertificateDesk;

  private constructor(desk: CertificateDesk, gateway: ToyGateway, server: Answers) {
    this.#desk = desk;
    this.#gateway = gateway;
    this.server = server;
  }

  static async open(): Promise<RemoteDesk> {
    const desk = await CertificateDesk.open();
    await desk.albatross('generate', 'ca', 'ca.db');
    await desk.albatross('add-policy', '--csr', 'tenant', '16', '--cpu', '0');
    await desk.albatross('sign', 'cacert.pem', 'ca.db', 'ca.key', 'tenant.req');
    const server = new Answers();
    const gateway = await ToyGateway.start(desk, async (socket) => await server.serve(socket));
    return new RemoteDesk(desk, gateway, server);
  }

  file(name: string): string {
    return this.#desk.file(name);
  }

  async content(): Promise<Readonly<Record<string, string>>> {
    return await this.#desk.content();
  }

  async run(...args: readonly string[]): Promise<Ended> {
    return await this.begin(...args).end();
  }

  /** For what ends only when it is told to. */
  begin(...args: readonly string[]): RunningClient {
    const there = ['--destination', this.#gateway.destination];
    const authority = ['--ca', 'tenant.pem', '--ca-key', 'tenant.key'];
    return new RunningClient(
      spawn(process.execPath, [CLIENT, ...args, ...there, ...authority], {
        cwd: this.#desk.file('.'),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway[Symbol.asyncDispose]();
    await this.#desk[Symbol.asyncDispose]();
  }
}
