import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RealClient } from '../testing/real-client.ts';
import { netOf, sampleOf, ToyStats } from '../testing/toy-stats.ts';

const at = Date.UTC(2026, 0, 31);
const AT = '2026-01-31T00:00:00.000Z';

describe('statistics on the command line', () => {
  let client: RealClient;

  before(async () => {
    client = await RealClient.start();
  });
  after(async () => await client[Symbol.asyncDispose]());

  it('are a table, and of a single one everything', async () => {
    await using bus = await client.server.connect('stats');
    await ToyStats.start(bus, [sampleOf('a', at), sampleOf('foo:b', at), sampleOf('foo:c', at)]);
    const all = await client.run('stats');
    assert.deepEqual([all.status, all.stderr, all.lines.length], [0, '', 4]);
    assert.match(all.lines[0] ?? '', /^NAME +PID +CPU /);
    const below = await client.run('stats', '--name', 'foo:');
    assert.deepEqual(
      below.lines.slice(1).map((line) => line.split(' ')[0]),
      ['foo:b', 'foo:c'],
    );
    const one = await client.run('stats', '-n', 'foo:b');
    assert.match(one.lines[1] ?? '', /^foo:b /);
    assert.ok(one.lines.some((line) => line.startsWith('  page faults ')));
  });

  it('are one array for programs', async () => {
    await using bus = await client.server.connect('stats');
    const samples = ['a', 'b', 'c'].map((name) => sampleOf(name, at, { nets: [netOf('x', 1, 2)] }));
    await ToyStats.start(bus, samples);
    const { status, lines } = await client.run('stats', '--json');
    assert.deepEqual([status, lines.length], [0, 1]);
    const startedAt = '2026-01-30T23:00:00.000Z';
    assert.deepEqual(
      JSON.parse(lines[0] ?? ''),
      samples.map((sample) => ({ ...sample, at: AT, startedAt })),
    );
  });

  it('may be none', async () => {
    await using bus = await client.server.connect('stats');
    await ToyStats.start(bus);
    assert.deepEqual(await client.run('stats'), { status: 0, lines: ['no samples'], stderr: '' });
    assert.deepEqual((await client.run('stats', '--json')).lines, ['[]']);
  });

  it('are followed until Ctrl-C, an object a line', async () => {
    await using bus = await client.server.connect('stats');
    const toy = await ToyStats.start(bus, [sampleOf('a', at)]);
    const following = client.begin('stats', '--follow', '--json');
    await eventually('the newest is shown', () => following.stdout.endsWith('\n'), 30_000);
    toy.sweep(sampleOf('a', at + 1000), sampleOf('b', at + 1000));
    await eventually('three are shown', () => following.stdout.split('\n').length === 4);
    following.kill('SIGINT');
    const { status, lines, stderr } = await following.end();
    assert.deepEqual([status, stderr], [0, '']);
    assert.deepEqual(
      lines.map((line) => {
        const { name, at } = JSON.parse(line) as { name: string; at: string };
        return `${name} ${at}`;
      }),
      [`a ${AT}`, 'a 2026-01-31T00:00:01.000Z', 'b 2026-01-31T00:00:01.000Z'],
    );
  });

  it('can be had of other processes, with their taps, and be ended', async () => {
    await using bus = await client.server.connect('stats');
    const toy = await ToyStats.start(bus);
    const args = ['4711', '--name', 'foo:web', '--bridge', 'x:tap0', '--bridge', 'y:tap1'];
    const added = await client.run('stats-add', ...args, '--vmmdev', 'solo5-1');
    assert.deepEqual(added, {
      status: 0,
      lines: ['sampling process 4711 as foo:web'],
      stderr: '--vmmdev has no meaning on Linux and is left out\n',
    });
    const nets = [
      { name: 'x', tap: 'tap0' },
      { name: 'y', tap: 'tap1' },
    ];
    assert.deepEqual(toy.added, [{ name: 'foo:web', pid: 4711, nets }]);
    const again = await client.run('stats-add', ...args);
    assert.deepEqual(
      [again.status, again.stderr],
      [117, 'foo:web is sampled already [STATS_EXISTS]\n'],
    );
    const removed = await client.run('stats-remove', '--name', 'foo:web', '--json');
    assert.deepEqual(removed, { status: 0, lines: ['{"name":"foo:web"}'], stderr: '' });
    const gone = await client.run('stats-remove', '--name', 'foo:web');
    assert.deepEqual([gone.status, gone.stderr], [117, 'nobody added foo:web [STATS_NOT_FOUND]\n']);
  });

  it('are refused in one line when they are asked for wrongly', async () => {
    for (const args of [
      ['stats', '--name', 'a::b'],
      ['stats-add', '0', '--name', 'a'],
      ['stats-add', '1'],
      ['stats-add', '1', '--name', 'a:'],
      ['stats-add', '1', '--name', 'a', '--bridge', 'tap0'],
      ['stats-remove'],
      ['top', '--count', '0'],
    ]) {
      const { status, lines, stderr } = await client.run(...args);
      assert.deepEqual([status, lines], [124, ['']], args.join(' '));
      assert.match(stderr, /^[^\n]+ \[(USAGE|NAME)_INVALID\]\n$/);
    }
  });

  it('fail in one line where nobody samples', async () => {
    for (const command of ['stats', 'top']) {
      const { status, stderr } = await client.run(command);
      assert.deepEqual([status, stderr], [122, 'stats is not running [SERVICE_DOWN]\n']);
    }
  });
});
