import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request. */
export type HttpPart = (response: ServerResponse) => void;

const JOB = 'hello-hvt';
export const OLD = '11111111-2222-4333-8444-555555555555';
export const LATEST = '66666666-7777-4888-9999-aaaaaaaaaaaa';
export const LATEST_PATH = `/job/${JOB}/build/latest`;
export const IMAGE_PATH = `/job/${JOB}/build/${LATEST}/main-binary`;

/** Has builds of one unikernel, or says whatever a test wants. */
export class ToyBuildServer implements AsyncDisposable {
  readonly #server: Server;
  #parts: Readonly<Record<string, HttpPart>> = {};
  /** What was asked for, in order. */
  readonly asked: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', ({ url = '' }, response) => {
      this.asked.push(url);
      (this.#parts[url] ?? page(404))(response);
    });
  }

  static async start(): Promise<ToyBuildServer> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new ToyBuildServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Instead of what was said before. */
  willAnswer(parts: Readonly<Record<string, HttpPart>>): void {
    this.asked.length = 0;
    this.#parts = parts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close().closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** Of the image that runs there is a build, and a newer one with another image. */
export function twoBuilds(
  running: Uint8Array,
  latest: Uint8Array,
): Readonly<Record<string, HttpPart>> {
  return {
    [hashPath(sha256(running))]: redirect(`/job/${JOB}/build/${OLD}`),
    [LATEST_PATH]: redirect(`/job/${JOB}/build/${LATEST}/`),
    [IMAGE_PATH]: page(200, latest),
  };
}

export function hashPath(digest: string): string {
  return `/hash?sha256=${digest}`;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function page(status: number, body: string | Uint8Array = '<h1>no</h1>'): HttpPart {
  return (response) => {
    response.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body);
  };
}

export function redirect(location: string, status = 303): HttpPart {
  return (response) => response.writeHead(status, { location, 'content-length': 0 }).end();
}
