import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import {
  hashPath,
  IMAGE_PATH,
  LATEST,
  LATEST_PATH,
  OLD,
  page,
  redirect,
  sha256,
  ToyBuildServer,
  twoBuilds,
  type HttpPart,
} from '../testing/toy-build-server.ts';
import { BuildRepository, type Build } from './build-repository.ts';
import { readBuildsAddress } from './builds-address.ts';
import type { HttpPatience } from './http-get.ts';

const RUNNING = Uint8Array.of(1, 2, 3);
const NEWER = new Uint8Array(300_000).fill(9);
const DIGEST = sha256(RUNNING);
const BUILD: Build = { job: 'hello-hvt', uuid: LATEST };

describe('BuildRepository', () => {
  let server: ToyBuildServer;
  const open: Disposable[] = [];

  before(async () => {
    server = await ToyBuildServer.start();
  });
  afterEach(() => {
    for (const one of open.splice(0)) one[Symbol.dispose]();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  const repository = (patience: Partial<HttpPatience> = {}) =>
    new BuildRepository(new URL(server.url), {
      answerMs: 5_000,
      silenceMs: 5_000,
      downloadMs: 5_000,
      ...patience,
    });

  /** How finding the build of what runs fails. */
  async function lookUp(part: HttpPart, patience: Partial<HttpPatience> = {}): Promise<string> {
    server.willAnswer({ [hashPath(DIGEST)]: part });
    return await failureOf(repository(patience).buildOf(DIGEST));
  }

  /** How fetching an image fails, and how much of it was taken before. */
  async function fetch(
    part: HttpPart,
    patience: Partial<HttpPatience> = {},
    bytesMax = 2 ** 20,
  ): Promise<string> {
    server.willAnswer({ [IMAGE_PATH]: part });
    let taken = 0;
    const write = async (bytes: Uint8Array): Promise<void> => void (taken += bytes.length);
    const failed = await failureOf(repository(patience).download(BUILD, write, { bytesMax }));
    assert.ok(taken <= bytesMax, `${taken}`);
    return failed;
  }

  async function failureOf(doing: Promise<unknown>): Promise<string> {
    const failure = await doing.then(
      () => assert.fail('it did not fail'),
      (error: unknown) => error,
    );
    assert.ok(failure instanceof Failure, String(failure));
    assert.doesNotMatch(failure.message, /\n/);
    return `${failure.code}: ${failure.message.replaceAll(server.url, '')}`;
  }

  it('finds builds by where it is led, and fetches the image', async () => {
    server.willAnswer(twoBuilds(RUNNING, NEWER));
    const builds = repository();
    const old = await builds.buildOf(DIGEST);
    const latest = await builds.latest(old);
    assert.deepEqual([old, latest], [{ job: 'hello-hvt', uuid: OLD }, BUILD]);
    assert.equal(builds.compareAddress(old, latest), `${server.url}/compare/${OLD}/${LATEST}`);
    const pieces: Uint8Array[] = [];
    await builds.download(latest, async (bytes) => void pieces.push(bytes));
    assert.equal(sha256(Buffer.concat(pieces)), sha256(NEWER));
    assert.deepEqual(server.asked, [hashPath(DIGEST), LATEST_PATH, IMAGE_PATH]);
  });

  it('goes where the same server leads, and takes an image of no announced length in pieces', async () => {
    server.willAnswer({
      ...twoBuilds(RUNNING, NEWER),
      [hashPath(DIGEST)]: redirect('/moved', 301),
      '/moved': redirect(`${server.url}/job/a%2Fb/build/${OLD.toUpperCase()}/`, 307),
      [IMAGE_PATH]: redirect('/image'),
      '/image': (response) => {
        response.write(NEWER);
        response.end();
      },
    });
    assert.deepEqual(await repository().buildOf(DIGEST), { job: 'a%2Fb', uuid: OLD });
    let sizeBytes = 0;
    await repository().download(BUILD, async ({ length }) => void (sizeBytes += length));
    assert.equal(sizeBytes, NEWER.length);
  });

  it('says when an image is not known, which is something else than what cannot be read', async () => {
    assert.match(await lookUp(page(404)), /^BUILD_UNKNOWN: .* no build of the image that runs/);
    server.willAnswer({});
    assert.match(await failureOf(repository().latest(BUILD)), /^BUILD_UNKNOWN: .*of hello-hvt$/);
    const asked = `HTTP_FAILED: ${hashPath(DIGEST)}`;
    for (const [part, why] of [
      [page(500), 'it answered 500 Internal Server Error instead of a build'],
      [page(200, 'welcome'), 'it answered 200 OK instead of a build'],
      [redirect('http://:99999'), 'it answered 303, and not where to go'],
      [
        (response) => response.writeHead(302, { 'content-length': 0 }).end(),
        'it answered 302, and not where to go',
      ],
      [
        (response) => response.writeHead(200, { location: `/job/a/build/${OLD}` }).end(),
        'it answered 200 OK instead of a build',
      ],
    ] satisfies [HttpPart, string][])
      assert.equal(await lookUp(part), `${asked}: ${why}`);
    assert.match(await lookUp(redirect('/job/a/build/latest')), /^BUILD_UNKNOWN/);
  });

  it('is not led in circles, nor to other servers or other protocols', async () => {
    const circle = redirect(hashPath(DIGEST));
    assert.match(await lookUp(circle), /: it leads from one place to another, more than 5 times$/);
    assert.equal(server.asked.length, 6);
    for (const elsewhere of [
      'http://127.0.0.1:1/image',
      'https://localhost/image',
      'file:///etc/passwd',
      '//192.0.2.1/image',
    ]) {
      const origin = new URL(elsewhere, server.url).origin;
      const why = `it leads to another server, ${origin}`;
      assert.ok((await lookUp(redirect(elsewhere))).endsWith(why), elsewhere);
      assert.ok((await fetch(redirect(elsewhere))).endsWith(why), elsewhere);
    }
  });

  it('is led to the same host over TLS, where nobody listens here', async () => {
    assert.match(await lookUp(redirect('https://127.0.0.1:1/')), /ECONNREFUSED 127.0.0.1:1$/);
  });

  it('takes no more than an image may have, whether it is announced or not', async () => {
    const endless: HttpPart = (response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(NEWER));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    const tooMuch =
      /^HTTP_FAILED: .*: it sends more than the 1048576 bytes that an image may have$/;
    assert.match(await fetch(endless), tooMuch);
    assert.match(
      await fetch((response) =>
        response.writeHead(200, { 'content-length': 2 ** 40 }).flushHeaders(),
      ),
      tooMuch,
    );
  });

  it('does not wait for ever: not for an answer, not for a piece, not for the end', async () => {
    const never: HttpPart = () => undefined;
    assert.match(await lookUp(never, { answerMs: 50 }), /: no answer within 0.05 s$/);
    assert.match(await fetch(never, { answerMs: 50 }), /: no answer within 0.05 s$/);
    const half: HttpPart = (response) => void response.write('half');
    assert.match(await fetch(half, { silenceMs: 50 }), /: it sent nothing for 0.05 s$/);
    const slow: HttpPart = (response) => {
      const timer = setInterval(() => response.write('.'), 5);
      response.on('close', () => clearInterval(timer));
    };
    assert.match(await fetch(slow, { downloadMs: 100 }), /: it was not complete within 0.1 s$/);
  });

  it('takes no page for an image, and no image that is not complete', async () => {
    assert.match(
      await fetch(page(404)),
      /^HTTP_FAILED: .*\/main-binary: it answered 404 Not Found$/,
    );
    assert.match(await fetch(page(503)), /: it answered 503 Service Unavailable$/);
    assert.match(await fetch(page(206, 'half')), /: it answered 206 Partial Content$/);
    const cutOff: HttpPart = (response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('half');
      setImmediate(() => response.destroy());
    };
    assert.match(await fetch(cutOff), /^HTTP_FAILED: .*: aborted$/);
    const cutChunks: HttpPart = (response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    };
    assert.match(await fetch(cutChunks), /^HTTP_FAILED: .*: aborted$/);
    const unframed: HttpPart = (response) => {
      response.socket?.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhalf');
    };
    assert.match(await fetch(unframed), /: it did not say how long the image is$/);
  });

  it('says what is wrong with a server that is none', async () => {
    const sockets = new Set<Socket>();
    const shouting = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      socket.end('SSH-2.0-OpenSSH\r\n');
    });
    open.push({
      [Symbol.dispose]: () => {
        shouting.close();
        for (const socket of sockets) socket.destroy();
      },
    });
    await new Promise<void>((resolve) => shouting.listen(0, '127.0.0.1', resolve));
    const address = shouting.address();
    assert.ok(address !== null && typeof address === 'object');
    for (const protocol of ['http', 'https']) {
      const url = new URL(`${protocol}://127.0.0.1:${address.port}`);
      assert.match(await failureOf(new BuildRepository(url).buildOf(DIGEST)), /^HTTP_FAILED: /);
    }
    const nobody = new BuildRepository(new URL('http://127.0.0.1:1'));
    assert.match(await failureOf(nobody.buildOf(DIGEST)), /^HTTP_FAILED: .*ECONNREFUSED/);
  });

  it('is at an address of a host alone', () => {
    assert.equal(readBuildsAddress('https://builds.example:8443').port, '8443');
    assert.equal(readBuildsAddress('http://[::1]:80/').hostname, '[::1]');
    for (const text of ['', 'builds.example', 'ftp://a', 'http://a/b', 'http://a?b', 'http://u@a'])
      assert.throws(() => readBuildsAddress(text), { code: 'USAGE_INVALID' }, text);
  });
});
