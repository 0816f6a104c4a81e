import { buildImage } from '@albatross/solo5/testing';
import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { RealClient, type Ended } from '../testing/real-client.ts';
import { runningUnikernel } from '../testing/state-entries.ts';
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
} from '../testing/toy-build-server.ts';
import { ToySupervisor } from '../testing/toy-supervisor.ts';

const DEVICES = [{ name: 'service', kind: 'net' }] as const;
const RUNNING = buildImage({ devices: DEVICES });
const NEWER = buildImage({ devices: DEVICES, program: Uint8Array.of(0x90, 0xf4) });
const NET = { name: 'service', bridge: 'br0', mac: '02:00:00:00:00:2a' };

const HELLO = runningUnikernel('hello', {
  digest: sha256(RUNNING),
  memoryMib: 48,
  cpus: [0, 1],
  nets: [{ ...NET, tap: 'vmmtap0' }],
  startupPriority: 7,
  restart: { kind: 'on-exit', statuses: [1, 2] },
  arguments: ['--ipv4=10.0.0.2/24', ''],
  addName: false,
});

/** Files that downloads leave behind would be there. */
async function leftovers(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('albatross-update-'));
}

describe('update of a unikernel of this host', () => {
  let client: RealClient;
  let builds: ToyBuildServer;

  before(async () => {
    client = await RealClient.start();
    builds = await ToyBuildServer.start();
  });
  after(async () => {
    await builds[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
  });

  const update = async (...words: readonly string[]): Promise<Ended> =>
    await client.run('update', 'hello', '--http-host', builds.url, '--ready', 'up:0.05', ...words);

  /** One that runs `hello`. */
  async function supervised(): Promise<AsyncDisposable & { readonly toy: ToySupervisor }> {
    const bus = await client.server.connect('supervisor');
    const toy = await ToySupervisor.start(bus);
    toy.unikernels.push(HELLO);
    toy.image = RUNNING;
    return { toy, [Symbol.asyncDispose]: async () => await bus[Symbol.asyncDispose]() };
  }

  it('replaces the image by that of the latest build, and keeps all that it was given', async () => {
    await using supervisor = await supervised();
    const { toy } = supervisor;
    builds.willAnswer(twoBuilds(RUNNING, NEWER));
    const { status, lines, stderr } = await update();
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(lines[3] ?? '', /^hello is ready after [\d.]+ s$/);
    assert.deepEqual(lines.slice(0, 3), [
      `hello is build ${OLD} of hello-hvt; the latest is ${LATEST}`,
      `compare at ${builds.url}/compare/${OLD}/${LATEST}`,
      'updated hello: running, process 42',
    ]);
    assert.deepEqual(toy.changes, ['replace hello']);
    const expected = { ...HELLO, digest: sha256(NEWER), nets: [{ ...NET, tap: null }] };
    assert.deepEqual(toy.unikernels.slice(1), [expected]);
    assert.deepEqual(await leftovers(), []);
  });

  it('changes nothing with --dry-run, nor where it is up to date', async () => {
    await using supervisor = await supervised();
    builds.willAnswer(twoBuilds(RUNNING, NEWER));
    const dry = await update('--dry-run');
    assert.deepEqual([dry.status, dry.lines.length], [0, 2]);
    assert.deepEqual(await update('--dryrun'), dry);
    assert.ok(!builds.asked.includes(IMAGE_PATH));
    const current = {
      ...twoBuilds(RUNNING, NEWER),
      [LATEST_PATH]: redirect(`/job/a/build/${OLD}`),
    };
    builds.willAnswer(current);
    const { status, lines } = await update();
    assert.deepEqual(
      [status, lines],
      [0, [`hello is already up to date: build ${OLD} of hello-hvt`]],
    );
    assert.deepEqual(builds.asked, [hashPath(sha256(RUNNING)), LATEST_PATH]);
    assert.deepEqual(supervisor.toy.changes, []);
  });

  it('tells programs one object, whatever came of it', async () => {
    await using supervisor = await supervised();
    builds.willAnswer(twoBuilds(RUNNING, NEWER));
    const compare = `${builds.url}/compare/${OLD}/${LATEST}`;
    const known = { name: 'hello', job: 'hello-hvt', build: OLD, latest: LATEST, compare };
    const dry = await update('--json', '--dry-run');
    assert.deepEqual(
      dry.lines.map((line) => JSON.parse(line) as unknown),
      [{ ...known, outcome: 'dry-run', unikernel: null, why: null }],
    );
    const done = JSON.parse((await update('--json')).lines.join('\n')) as Record<string, object>;
    assert.deepEqual(
      { ...done, unikernel: null },
      {
        ...known,
        outcome: 'updated',
        unikernel: null,
        why: null,
      },
    );
    assert.equal((done['unikernel'] as typeof HELLO).digest, sha256(NEWER));
    const current = {
      ...twoBuilds(RUNNING, NEWER),
      [LATEST_PATH]: redirect(`/job/a/build/${OLD}`),
    };
    builds.willAnswer(current);
    const same = JSON.parse((await update('--json')).lines.join('\n')) as object;
    assert.deepEqual(same, {
      ...known,
      latest: OLD,
      compare: null,
      outcome: 'up-to-date',
      unikernel: null,
      why: null,
    });
    assert.deepEqual(supervisor.toy.changes, ['replace hello']);
  });

  it('watches the new image also where the answer to its order is lost', async () => {
    await using supervisor = await supervised();
    builds.willAnswer(twoBuilds(RUNNING, NEWER));
    const { unikernels } = supervisor.toy;
    unikernels.push = (made) => {
      unikernels.splice(0, Infinity, ...(made === undefined ? [] : [made]));
      throw new Failure('POLICY_EXCEEDED', 'lost');
    };
    const { status, lines, stderr } = await update();
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(lines.join('\n'), /\nupdated hello: .*\nhello is ready after [\d.]+ s$/);
    assert.equal(unikernels[0]?.digest, sha256(NEWER));
  });

  it('replaces nothing by what cannot take its place, and says why in one line', async () => {
    await using supervisor = await supervised();
    const good = twoBuilds(RUNNING, NEWER);
    const without = buildImage({});
    const other = buildImage({ devices: [...DEVICES, { name: 'storage', kind: 'block' }] });
    for (const [parts, status, says] of [
      [{ [IMAGE_PATH]: page(200, '<html>log in</html>') }, 125, /no ELF|not an ELF|ELF.*\[IMAGE_/],
      [{ [IMAGE_PATH]: page(200, '') }, 125, /cannot be run: /],
      [{ [IMAGE_PATH]: page(200, NEWER.subarray(0, 100)) }, 125, /cut short/],
      [{ [IMAGE_PATH]: page(200, without) }, 125, /its net "service" would not be used/],
      [{ [IMAGE_PATH]: page(200, other) }, 125, /it has no block "storage"/],
      [{ [IMAGE_PATH]: page(403) }, 118, /answered 403 Forbidden \[HTTP_FAILED\]/],
      [{ [IMAGE_PATH]: redirect('http://127.0.0.1:1/') }, 118, /another server/],
      [{ [LATEST_PATH]: page(404) }, 118, /\[BUILD_UNKNOWN\]/],
      [{ [hashPath(sha256(RUNNING))]: page(404) }, 118, /sha256 [0-9a-f]{64} \[BUILD_UNKNOWN\]/],
      [
        { [hashPath(sha256(RUNNING))]: page(200) },
        118,
        /200 OK instead of a build \[HTTP_FAILED\]/,
      ],
    ] as const) {
      builds.willAnswer({ ...good, ...parts });
      const { status: ended, stderr } = await update();
      assert.equal(ended, status, stderr);
      assert.match(stderr, says);
      assert.match(stderr, /^[^\n]+\n$/);
    }
    assert.deepEqual(supervisor.toy.changes, []);
    assert.deepEqual(await leftovers(), []);
  });

  it('leaves nothing behind when it is interrupted while an image is coming', async () => {
    await using supervisor = await supervised();
    const halfWay = new Promise<void>((resolve) => {
      builds.willAnswer({
        ...twoBuilds(RUNNING, NEWER),
        [IMAGE_PATH]: (response) => void response.write(NEWER.subarray(0, 100), () => resolve()),
      });
    });
    const running = client.begin('update', 'hello', '--http-host', builds.url);
    await halfWay;
    running.kill('SIGINT');
    assert.equal((await running.end()).status, null);
    assert.deepEqual(await leftovers(), []);
    assert.deepEqual(supervisor.toy.changes, []);
  });

  it('refuses what has no meaning, before it asks anybody', async () => {
    await using supervisor = await supervised();
    builds.willAnswer(twoBuilds(RUNNING, NEWER));
    for (const [words, says] of [
      [
        ['--csr'],
        /^update has to ask what runs first, .*; create --force --csr .*\[USAGE_INVALID\]/,
      ],
      [['--http-host', 'ftp://a'], /^--http-host is a URL like https:\/\/builds.robur.coop/],
      [['--http-host', 'http://a/b'], /without a path; "http:\/\/a\/b" is not/],
    ] as const) {
      const { status, lines, stderr } = await update(...words);
      assert.deepEqual([status, lines], [124, ['']]);
      assert.match(stderr, says);
    }
    assert.equal((await client.run('update', 'foo:', '--http-host', builds.url)).status, 124);
    const none = await client.run('update', 'other', '--http-host', builds.url);
    assert.deepEqual([none.status, none.lines], [117, ['']]);
    assert.match(none.stderr, /\[UNIKERNEL_NOT_FOUND\]\n$/);
    assert.deepEqual([builds.asked, supervisor.toy.changes], [[], []]);
  });
});
