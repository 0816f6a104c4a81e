import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import type { Administrator } from '../harness/administrator.ts';
import { checkJson } from '../harness/json/check-json.ts';
import type { Ended, Program } from '../harness/program.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 60_000 };
const image = helloImage('spt');

let system: RunningSystem;
let administrator: Administrator;
before(async () => {
  system = await RunningSystem.start({ tenders: await standInTender() });
  administrator = await system.administrator();
}, DEADLINE);
after(async () => await system[Symbol.asyncDispose](), DEADLINE);

const begin = (name: string, ...words: readonly string[]): Program =>
  system.startAlbatross('create', '--force', name, image, ...words);

const create = async (name: string, ...words: readonly string[]): Promise<Ended> =>
  await begin(name, ...words).ended();

const args = (...words: readonly string[]): readonly string[] =>
  words.flatMap((word) => ['--arg', word]);

/** What a guest printed, out of what the client shows of it. */
const printed = (stdout: string): readonly string[] =>
  stdout.split('\n').flatMap((line) => /^\d{4}-\S+Z (?!-- )(.*)$/.exec(line)?.slice(1) ?? []);

describe('create --wait ready', () => {
  it('ends when a line was printed that is asked for', DEADLINE, async () => {
    const words = [...args('tick=100'), '--ready', 'console:^tick [3]$'];
    const { status, stdout, stderr } = await create('ticks', ...words);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^created ticks: running, .*\nticks is ready after [\d.]+ s\n$/);
  });

  it('looks at the lines of the new life only', DEADLINE, async () => {
    const words = [...args('hang'), '--ready', 'console:^tick', '--ready-within', '0.5'];
    const { status, stderr } = await create('ticks', ...words);
    assert.equal(status, 117);
    assert.match(
      stderr,
      /^  hello from spt\n(  .*\n)*ticks did not become ready: console:\^tick was not met within 0.5 s \[UNIKERNEL_NOT_READY\]\n$/,
    );
    assert.doesNotMatch(stderr, /  tick/);
  });

  it('ends when a connection is accepted, and it has stayed up, both', DEADLINE, async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const both = ['--ready', `tcp:127.0.0.1:${port}`, '--ready', 'up:0.5'];
    const { status, stdout } = await create('served', ...args('hang'), ...both);
    server.close();
    await once(server, 'close');
    assert.equal(status, 0);
    assert.match(stdout, /served is ready after (0\.[5-9]|[1-9]\.\d) s\n$/);
    const late = ['--ready', `tcp:127.0.0.1:${port}`, '--ready-within', '0.5'];
    const { status: failed, stderr } = await create('served', ...args('hang'), ...late);
    assert.equal(failed, 117);
    assert.match(stderr, /: tcp:127.0.0.1:\d+ was not met \(ECONNREFUSED\) within 0.5 s \[/);
  });

  it('says how it ended, or that it is started again and again', DEADLINE, async () => {
    const ended = await create('ends', ...args('exit=3'), '--wait', 'ready');
    assert.equal(ended.status, 117);
    assert.match(
      ended.stderr,
      /\n?ends did not become ready: ended with status 3 after [\d.]+ s \[/,
    );
    const loops = await create('ends', ...args('exit=3'), '--restart-on-fail', '--wait', 'ready');
    assert.equal(loops.status, 117);
    assert.match(loops.stderr, /ended with status 3 after [\d.]+ s, and (is|was) started again/);
  });

  it('takes it for one life that a guest does without its name', DEADLINE, async () => {
    const words = [
      ...args('name=refuse', 'tick=100'),
      '--ready',
      'console:tick 1',
      '--ready',
      'up:1',
    ];
    const { status, stderr } = await create('old', ...words);
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal((await administrator.show('old')).restarts, 1);
  });

  it('takes it for no end that supervisor and bus are started again', DEADLINE, async () => {
    const client = begin('stays', ...args('hang'), '--ready', 'up:2');
    await client.untilSays(/^created/m);
    await system.kill('supervisor', 'nats-server');
    const { status, stderr } = await client.ended();
    assert.deepEqual([status, stderr], [0, '']);
  });

  it('is ended by Ctrl-C, and the unikernel goes on', DEADLINE, async () => {
    const client = begin('stays', ...args('hang'), '--ready', 'up:50');
    await client.untilSays(/^created/m);
    client.signal('SIGINT');
    const { status, stderr } = await client.ended();
    assert.deepEqual([status, stderr], [130, 'interrupted; stays goes on\n']);
    assert.equal((await administrator.show('stays')).state, 'running');
  });
});

describe('create --wait exit', () => {
  it(
    'ends with status 0 if the guest did, and else with 1, and says how it ended',
    DEADLINE,
    async () => {
      const good = await create('ends', ...args('lines=2'), '--wait', 'exit');
      assert.deepEqual([good.status, good.stderr], [0, '']);
      assert.match(good.stdout, /\nends ended with status 0 after [\d.]+ s\n$/);
      const bad = await create('ends', ...args('exit=7'), '--wait', 'exit', '--json');
      assert.equal(bad.status, 1);
      const told = checkJson('create', bad.stdout).at(-1) as Record<string, unknown>;
      const { outcome, name, exit } = told;
      assert.deepEqual([outcome, name, exit], ['ended', 'ends', { kind: 'status', status: 7 }]);
    },
  );

  it('does not end between two lives, and says when somebody ends it', DEADLINE, async () => {
    const words = [...args('tick=50', 'ticks=2', 'exit=3'), '--restart-on-fail'];
    const client = begin('loops', ...words, '--wait', 'exit', '--follow');
    await client.untilSays(/tick 2\n[^]*tick 2\n/);
    await administrator.destroy('loops');
    const { status, stdout } = await client.ended();
    assert.equal(status, 1);
    assert.match(stdout, /\nloops was destroyed\n$/);
  });
});

describe('create --follow', () => {
  it('shows each line of the new life once, and ends with it', DEADLINE, async () => {
    await create('chat', ...args('tick=1'));
    const { status, stdout, stderr } = await create('chat', ...args('lines=3000'), '--follow');
    assert.deepEqual([status, stderr], [0, '']);
    const expected = Array.from({ length: 3000 }, (_, index) => `line ${index + 1}`);
    const lines = printed(stdout);
    assert.deepEqual(
      lines.filter((line) => line.startsWith('line ')),
      expected,
    );
    assert.equal(lines[0], 'hello from spt');
    assert.match(stdout, /\nchat ended with status 0 after [\d.]+ s\n$/);
  });

  it('misses nothing while the console service is away', DEADLINE, async () => {
    const client = begin('chat', ...args('tick=20', 'ticks=60'), '--wait', 'exit', '--follow');
    await client.untilSays(/tick 5\n/);
    await system.kill('console');
    const { status, stdout } = await client.ended();
    assert.equal(status, 0);
    const ticks = printed(stdout).filter((line) => line.startsWith('tick '));
    assert.deepEqual(
      ticks,
      Array.from({ length: 60 }, (_, index) => `tick ${index + 1}`),
    );
  });

  it('ends with Ctrl-C', DEADLINE, async () => {
    const client = begin('chat', ...args('tick=20'), '--follow', '--json');
    await client.untilSays(/"line":"tick 2"/);
    client.signal('SIGINT');
    const { status, stdout, stderr } = await client.ended();
    assert.deepEqual([status, stderr], [0, '']);
    checkJson('create', stdout);
  });
});

describe('start and restart', () => {
  it('wait and show lines as create does', DEADLINE, async () => {
    await administrator.createWith('again', image, { arguments: ['tick=50', 'ticks=3', 'exit=4'] });
    await administrator.untilExited('again');
    for (const verb of ['start', 'restart']) {
      const { status, stdout, stderr } = await system.albatross(
        verb,
        'again',
        '--wait',
        'exit',
        '--follow',
      );
      assert.deepEqual([status, stderr], [1, ''], verb);
      assert.deepEqual(
        printed(stdout).filter((line) => line.startsWith('tick ')),
        ['tick 1', 'tick 2', 'tick 3'],
      );
    }
  });

  it('wait for one that runs already', DEADLINE, async () => {
    await administrator.createWith('runs', image, { arguments: ['tick=50'] });
    await eventually(
      'it has printed',
      async () => (await administrator.console('runs')).length > 3,
    );
    const words = ['start', 'runs', '--ready', 'console:^tick 1$'];
    const { status, stderr } = await system.albatross(...words);
    assert.deepEqual([status, stderr], [0, '']);
  });
});
