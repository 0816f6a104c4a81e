import type { Logger } from '@albatross/shared/runtime/logger';
import { writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { answerMetrics, METRICS_PATH } from './metrics-answer.ts';

/** The page is for this machine only. */
const HOST = '127.0.0.1';

export const SCRAPERS_MAX = 16;
/** A request, and its headers. */
export const SCRAPE_REQUEST_MS = 5_000;
export const SCRAPE_HEADER_BYTES = 8192;
/** From connecting to the last byte of the page. */
export const SCRAPE_MAX_MS = 30_000;
/** What could not be had, as the port, is tried again that often. */
export const METRICS_RETRY_MS = 5_000;

interface Options {
  /** 0: any that is free. */
  readonly port: number;
  /** Where people and programs find the page's address, in one line. */
  readonly urlFile: string;
  readonly retryMs?: number;
  readonly scrapeMs?: number;
}

interface Dependencies {
  /** The page, in pieces. */
  readonly read: () => Promise<readonly Uint8Array[]>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/**
 * Serves the page over HTTP on loopback, one request a connection. Never throws: a port that is taken, or a
 * file that cannot be written, is complained of once and tried again and again.
 */
export class MetricsServer implements AsyncDisposable {
  readonly #options: Options;
  readonly #log: Dependencies['log'];
  readonly #server: Server;
  #opening: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #complaint: string | null = null;
  #isOver = false;

  private constructor(options: Options, { read, log }: Dependencies) {
    this.#options = options;
    this.#log = log;
    this.#server = serverOf(options.scrapeMs ?? SCRAPE_MAX_MS, (request, response) => {
      void answerMetrics(request, response, read).catch((error: unknown) => {
        log.error('defect', { where: 'metrics', error });
        response.destroy();
      });
    });
    // While it does not listen yet, whoever has it listen is told.
    this.#server.on('error', (error) => {
      if (this.#server.listening) this.#complain('metrics cannot be asked for', error);
    });
  }

  /** Resolves after the first try. */
  static async start(options: Options, dependencies: Dependencies): Promise<MetricsServer> {
    const server = new MetricsServer(options, dependencies);
    server.#opening = server.#open();
    await server.#opening;
    return server;
  }

  /** Null while the port cannot be had. */
  get url(): string | null {
    const address = this.#server.address();
    return address === null || typeof address === 'string'
      ? null
      : `http://${HOST}:${address.port}${METRICS_PATH}`;
  }

  async #open(): Promise<void> {
    if ((await this.#listen()) && (await this.#tell())) {
      this.#complaint = null;
      this.#log.info('metrics are served', { url: this.url });
      return;
    }
    if (this.#isOver) return;
    this.#retry = setTimeout(() => {
      this.#opening = this.#open();
    }, this.#options.retryMs ?? METRICS_RETRY_MS).unref();
  }

  async #listen(): Promise<boolean> {
    if (this.#server.listening) return true;
    try {
      await once(this.#server.listen(this.#options.port, HOST), 'listening');
      return true;
    } catch (error) {
      this.#complain('metrics have no port', error);
      // One that was killed may have left its address, which now is that of somebody else.
      await rm(this.#options.urlFile, { force: true }).catch(() => undefined);
      return false;
    }
  }

  async #tell(): Promise<boolean> {
    try {
      await writeFileAtomically(this.#options.urlFile, `${this.url}\n`, 0o644);
      return true;
    } catch (error) {
      this.#complain('the address of the metrics cannot be written', error);
      return false;
    }
  }

  #complain(event: string, error: unknown): void {
    if (this.#complaint === event) return;
    this.#complaint = event;
    const { port, urlFile } = this.#options;
    this.#log.warn(event, { port, urlFile, error });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#retry);
    await this.#opening;
    if (!this.#server.listening) return;
    const closed = once(this.#server.close(), 'close');
    this.#server.closeAllConnections();
    await closed;
    await rm(this.#options.urlFile, { force: true });
  }
}

function serverOf(scrapeMs: number, onRequest: Parameters<typeof createServer>[1]): Server {
  const server = createServer(
    {
      maxHeaderSize: SCRAPE_HEADER_BYTES,
      headersTimeout: SCRAPE_REQUEST_MS,
      requestTimeout: SCRAPE_REQUEST_MS,
      connectionsCheckingInterval: 1_000,
    },
    onRequest,
  );
  server.maxConnections = SCRAPERS_MAX;
  server.maxRequestsPerSocket = 1;
  // Whoever reads slowly, or nothing, would keep others out.
  return server.on('connection', (socket: Socket) => {
    const end = setTimeout(() => socket.destroy(), scrapeMs).unref();
    socket.once('close', () => clearTimeout(end));
  });
}
