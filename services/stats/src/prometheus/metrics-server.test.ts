import { eventually } from '@albatross/shared/bus/testing/asserts';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { MetricsServer, SCRAPE_HEADER_BYTES, SCRAPERS_MAX } from './metrics-server.ts';
import { connected, scrape } from './testing/scrape.ts';

const PAGE = [Buffer.from('a 1\n'), Buffer.from('b 2\n')];

/** A server of a page, and what it complained of. */
class Serving implements AsyncDisposable {
  readonly told: string[] = [];
  readonly #folder: TemporaryFolder;
  readonly #server: MetricsServer;

  private constructor(folder: TemporaryFolder, server: MetricsServer, told: string[]) {
    this.#folder = folder;
    this.#server = server;
    this.told = told;
  }

  static async start({
    port = 0,
    before = '',
    inFolder = '',
    read = async (): Promise<readonly Uint8Array[]> => PAGE,
    scrapeMs = 60_000,
  } = {}): Promise<Serving> {
    const folder = await TemporaryFolder.make();
    if (before !== '') await writeFile(folder.file('metrics.url'), before);
    const told: string[] = [];
    const log = {
      info: (event: string) => void told.push(event),
      warn: (event: string) => void told.push(event),
      error: (event: string) => void told.push(event),
    };
    const urlFile = folder.file(`${inFolder}metrics.url`);
    const options = { port, urlFile, retryMs: 5, scrapeMs };
    return new Serving(folder, await MetricsServer.start(options, { read, log }), told);
  }

  get url(): string {
    return this.#server.url ?? assert.fail('it has no port');
  }

  get hasPort(): boolean {
    return this.#server.url !== null;
  }

  file(name = 'metrics.url'): string {
    return this.#folder.file(name);
  }

  async end(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    await this.#folder[Symbol.asyncDispose]();
  }
}

describe('the server of the metrics', () => {
  it('has the page on loopback, at the address that is in the file', async () => {
    await using serving = await Serving.start();
    const url = (await readFile(serving.file(), 'utf8')).trimEnd();
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    assert.equal(url, serving.url);
    assert.equal((await stat(serving.file())).mode & 0o777, 0o644);
    for (const address of [url, `${url}?of=all`]) {
      const { status, headers, body } = await scrape(address);
      assert.deepEqual([status, body], [200, 'a 1\nb 2\n']);
      assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
      assert.equal(headers['content-length'], '8');
    }
    const head = await scrape(url, {}, 'HEAD');
    assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '8']);
    assert.deepEqual(serving.told, ['metrics are served']);
  });

  it('has nothing else, and says where the page is', async () => {
    await using serving = await Serving.start();
    for (const path of ['/', '/metrics/', '/metricsx', '/%6detrics', '/a?b=/metrics']) {
      const { status, body } = await scrape(new URL(path, serving.url).href);
      assert.deepEqual([status, body], [404, 'there is nothing here; the page is at /metrics\n']);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers, body } = await scrape(serving.url, {}, method);
      assert.deepEqual([status, headers.allow], [405, 'GET, HEAD']);
      assert.equal(body, 'the page can be had by GET, and by HEAD\n');
    }
  });

  it('answers nobody whom the name of another machine led here', async () => {
    await using serving = await Serving.start();
    for (const host of ['127.0.0.1', 'localhost:1', 'LocalHost', '[::1]:9090', '127.0.0.1:80'])
      assert.equal((await scrape(serving.url, { host })).status, 200, host);
    for (const host of [
      'evil.example',
      'evil.example:9090',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '127.0.0.1@evil.example',
      '127.0.0.2',
      '::1',
      'localhost:1:2',
    ]) {
      const { status, body } = await scrape(serving.url, { host });
      assert.equal(status, 403, host);
      assert.equal(body, 'only requests to 127.0.0.1, localhost or [::1] are answered here\n');
    }
    for (const nothing of ['HTTP/1.0\r\n', 'HTTP/1.1\r\nHost:\r\n']) {
      const socket = await connected(serving.url);
      socket.write(`GET /metrics ${nothing}\r\n`);
      assert.match(await text(socket), /^HTTP\/1\.1 403 /);
    }
  });

  it('answers one request a connection, whatever comes behind it', async () => {
    let reads = 0;
    const read = async (): Promise<readonly Uint8Array[]> => {
      reads += 1;
      return PAGE;
    };
    await using serving = await Serving.start({ read });
    const socket = await connected(serving.url);
    socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(500));
    const answers = await text(socket);
    assert.match(answers, /^HTTP\/1\.1 200 OK\r\n[^]*\r\nconnection: close\r\n/i);
    assert.deepEqual([answers.match(/a 1/g)?.length, reads], [1, 1]);
  });

  it('takes no long headers, and no bytes that are no request', async () => {
    await using serving = await Serving.start();
    const headers = { 'x-long': 'x'.repeat(SCRAPE_HEADER_BYTES) };
    assert.equal((await scrape(serving.url, headers)).status, 431);
    const socket = await connected(serving.url);
    socket.write('\x16\x03\x01\x00\xff');
    assert.match(await text(socket), /^HTTP\/1\.1 400 /);
  });

  it('has room for so many at a time, and again once one has gone', async () => {
    await using serving = await Serving.start();
    const sockets = [];
    for (let n = 0; n < SCRAPERS_MAX; n += 1) sockets.push(await connected(serving.url));
    await assert.rejects(scrape(serving.url), /ECONNRESET|hang up/);
    sockets.pop()?.destroy();
    const answers = async (): Promise<boolean> =>
      await scrape(serving.url).then(
        ({ status }) => status === 200,
        () => false,
      );
    await eventually('there is room', answers);
    for (const socket of sockets) socket.destroy();
  });

  it('cuts off whoever keeps a connection for too long', async () => {
    await using serving = await Serving.start({ scrapeMs: 50 });
    const socket = await connected(serving.url);
    socket.resume();
    await once(socket, 'close');
  });

  it('says so when the page cannot be made, and goes on', async () => {
    let isBroken = true;
    const read = async (): Promise<readonly Uint8Array[]> => {
      if (isBroken) throw new Error('broken');
      return PAGE;
    };
    await using serving = await Serving.start({ read });
    const { status, body } = await scrape(serving.url);
    assert.equal(status, 500);
    assert.equal(body, 'the page could not be made; the log of stats says why\n');
    isBroken = false;
    assert.equal((await scrape(serving.url)).status, 200);
    assert.deepEqual(serving.told, ['metrics are served', 'defect']);
  });

  it('does not mind who leaves before the page is made', async () => {
    const made: (() => void)[] = [];
    const read = async (): Promise<readonly Uint8Array[]> => {
      await new Promise<void>((resolve) => made.push(resolve));
      return PAGE;
    };
    await using serving = await Serving.start({ read });
    const socket = await connected(serving.url);
    socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await eventually('it was asked', () => made.length === 1);
    socket.destroy();
    await once(socket, 'close');
    made[0]?.();
    const next = scrape(serving.url);
    await eventually('it was asked again', () => made.length === 2);
    made[1]?.();
    assert.equal((await next).status, 200);
    assert.deepEqual(serving.told, ['metrics are served']);
  });
});

describe('the server of the metrics, when it cannot have what it needs', () => {
  it('complains once of a port that is taken, and takes it when it is free', async () => {
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const address = other.address();
    assert.ok(address !== null && typeof address !== 'string');
    await using serving = await Serving.start({ port: address.port, before: 'http://old\n' });
    assert.ok(!serving.hasPort && !existsSync(serving.file()));
    await once(other.close(), 'close');
    await eventually('it is served', () => serving.told.length > 1);
    assert.deepEqual(serving.told, ['metrics have no port', 'metrics are served']);
    assert.equal(new URL(serving.url).port, String(address.port));
    assert.equal((await scrape(serving.url)).status, 200);
  });

  it('serves the page although its address cannot be written, and writes it when it can', async () => {
    await using serving = await Serving.start({ inFolder: 'gone/' });
    assert.equal((await scrape(serving.url)).status, 200);
    await mkdir(serving.file('gone'));
    await eventually('it is written', () => serving.told.length > 1);
    assert.deepEqual(serving.told, [
      'the address of the metrics cannot be written',
      'metrics are served',
    ]);
    assert.equal(await readFile(serving.file('gone/metrics.url'), 'utf8'), `${serving.url}\n`);
  });

  it('ends while it waits for its port', async () => {
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const address = other.address();
    assert.ok(address !== null && typeof address !== 'string');
    const serving = await Serving.start({ port: address.port });
    await serving[Symbol.asyncDispose]();
    await once(other.close(), 'close');
    assert.ok(!serving.hasPort);
    assert.deepEqual(serving.told, ['metrics have no port']);
  });

  it('leaves no address behind, nor waits for those who are being answered', async () => {
    let isAsked = false;
    const read = async (): Promise<readonly Uint8Array[]> => {
      isAsked = true;
      return await new Promise(() => undefined);
    };
    await using serving = await Serving.start({ read });
    const { url } = serving;
    const answer = assert.rejects(scrape(url), /ECONNRESET|hang up/);
    await eventually('it is asked', () => isAsked);
    await serving.end();
    await answer;
    assert.ok(!existsSync(serving.file()));
    await assert.rejects(scrape(url), /ECONNREFUSED/);
    await serving.end();
  });
});
