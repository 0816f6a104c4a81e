import type { Bus } from '@albatross/shared/bus/bus';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RealClient } from '../testing/real-client.ts';
import { policyEntry, runningUnikernel } from '../testing/state-entries.ts';
import { sampleOf, ToyStats } from '../testing/toy-stats.ts';
import { ToySupervisor } from '../testing/toy-supervisor.ts';

const MIB = 1024 * 1024;

describe('info', () => {
  let client: RealClient;
  let supervisor: Bus;
  let toy: ToySupervisor;

  before(async () => {
    client = await RealClient.start();
    supervisor = await client.server.connect('supervisor');
    toy = await ToySupervisor.start(supervisor);
    const exit = { kind: 'status', status: 3 } as const;
    toy.unikernels.push(
      runningUnikernel('foo:hello', { startedAt: Date.now() - 90_000, arguments: ['secret'] }),
      runningUnikernel('foo:over', { state: 'exited', pid: null, exit, lastExit: exit }),
    );
    toy.policies.push(
      policyEntry('foo:', {
        unikernels: 4,
        memoryMib: 256,
        cpus: [0],
        blockMib: null,
        bridges: [],
      }),
    );
  });
  after(async () => {
    await supervisor[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
  });

  /** With a statistics service that has sampled the one that runs. */
  async function withStats<T>(work: (stats: ToyStats) => Promise<T>): Promise<T> {
    const bus = await client.server.connect('stats');
    try {
      const process = { cpuShare: 0.125, rssBytes: 5 * MIB };
      return await work(
        await ToyStats.start(bus, [sampleOf('foo:hello', Date.now(), { process })]),
      );
    } finally {
      await bus[Symbol.asyncDispose]();
    }
  }

  it('shows what each takes, as far as somebody knows', async () => {
    await withStats(async () => {
      const { status, lines, stderr } = await client.run('info');
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(lines[0] ?? '', /^NAME +STATE +UPTIME +RESTARTS +LAST EXIT +NEXT TRY +CPU +MEM/);
      assert.match(
        lines[1] ?? '',
        /^foo:hello +running +1m\d\ds +0 +- +- +12\.5% +5\.0 of 32 MiB$/,
      );
      assert.match(lines[2] ?? '', /^foo:over +exited +- +0 +status 3 +- +- +- of 32 MiB$/);
      const [first, second] = JSON.parse((await client.run('info', '--json')).lines[0] ?? '');
      assert.equal(first.usage.rssBytes, 5 * MIB);
      assert.match(first.usage.sampledAt, /^\d{4}-\S+Z$/);
      assert.deepEqual([second.usage, second.lastExit], [null, { kind: 'status', status: 3 }]);
    });
  });

  it('shows the same without usage where the statistics service is down, or says nothing', async () => {
    const silent = await client.run('info');
    assert.deepEqual([silent.status, silent.stderr], [0, '']);
    assert.match(silent.lines[1] ?? '', /^foo:hello +running .* - +- of 32 MiB$/);
    await withStats(async (stats) => {
      stats.beforeAnswer = async () => await new Promise<never>(() => undefined);
      const hung = await client.run('info');
      assert.deepEqual([hung.status, hung.stderr], [0, '']);
      assert.match(hung.lines[1] ?? '', /^foo:hello +running .* - +- of 32 MiB$/);
    });
  });

  it('shows of one name all there is, but its arguments, and the policies that hold for it', async () => {
    const { status, lines } = await client.run('info', 'foo:hello');
    const named = await client.run('info', '--name', 'foo:hello');
    assert.deepEqual([status, named.lines.length], [0, lines.length]);
    for (const line of [
      /^ {2}image d{64} for spt$/,
      /^ {2}process 42, up 1 min \d+ s, since \S+Z$/,
      /^ {2}1 argument, and --name$/,
      /^ {2}(policy of|the machine)/,
    ])
      assert.ok(
        lines.some((one) => line.test(one)),
        `${line}\n${lines.join('\n')}`,
      );
    assert.doesNotMatch(lines.join('\n'), /secret/);
    const json = await client.run('info', 'foo:hello', '--json');
    const [{ policies, usage, pastLives }] = JSON.parse(json.lines[0] ?? '');
    assert.deepEqual([policies.length, usage, pastLives], [1, null, []]);
    const none = await client.run('info', 'foo:none');
    assert.deepEqual([none.status, none.lines], [0, ['no unikernels']]);
  });

  it('draws the tree, and nests it for programs', async () => {
    const { status, lines } = await client.run('info', '--tree');
    assert.equal(status, 0);
    const [root, foo, hello, over] = lines;
    assert.match(root ?? '', /^: {2}0 of 9 unikernels, /);
    assert.match(
      foo ?? '',
      /foo: {2}0 of 4 unikernels, 0 of 256 MiB, no block storage, CPU 0, no b/,
    );
    assert.match(hello ?? '', /foo:hello {2}running, up 1 min \d+ s, 32 MiB$/);
    assert.match(over ?? '', /foo:over {2}exited, status 3, 32 MiB$/);
    const json = JSON.parse((await client.run('info', '--tree', '--json')).lines[0] ?? '');
    assert.deepEqual([json.path, json.paths[0].path], [':', 'foo:']);
    assert.equal(json.paths[0].unikernels[1].name, 'foo:over');
  });

  it('takes one name, and a path for a tree: anything else is one line', async () => {
    for (const [args, says] of [
      [['info', 'a', '--name', 'b'], /^two names, a and b; info takes one \[USAGE_INVALID\]\n$/],
      [['info', '--tree', 'a'], /^--tree needs a path, as "a:"; a is none \[USAGE_INVALID\]\n$/],
      [['info', 'a b'], /^[^\n]+ \[(NAME|USAGE)_INVALID\]\n$/],
    ] as const) {
      const { status, lines, stderr } = await client.run(...args);
      assert.deepEqual([status, lines], [124, ['']]);
      assert.match(stderr, says);
    }
  });
});
