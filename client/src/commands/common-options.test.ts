import { checkJsonFailure } from '@albatross/test/harness/json/check-json';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RealClient } from '../testing/real-client.ts';
import { runningUnikernel } from '../testing/state-entries.ts';
import { ToySupervisor } from '../testing/toy-supervisor.ts';
import type { Bus } from '@albatross/shared/bus/bus';
import { parseUnikernelName } from '@albatross/shared/domain/name';

let client: RealClient;
let bus: Bus;

before(async () => {
  client = await RealClient.start();
  bus = await client.server.connect('supervisor');
  const toy = await ToySupervisor.start(bus);
  for (const name of ['foo:web', 'hello'])
    toy.unikernels.push(runningUnikernel(parseUnikernelName(name), {}));
});
after(async () => {
  await bus[Symbol.asyncDispose]();
  await client[Symbol.asyncDispose]();
});

describe('what every command is told', () => {
  it('may be quiet: of a list the names alone', async () => {
    const { status, lines, stderr } = await client.run('info', '-q');
    assert.deepEqual([status, lines, stderr], [0, ['foo:web', 'hello'], '']);
    assert.deepEqual(await client.run('add-policy', 'bar', '1', '--quiet'), {
      status: 0,
      lines: [''],
      stderr: '',
    });
  });

  it('may be verbose: what is connected to, and every request', async () => {
    const { lines, stderr } = await client.run('info', '-v');
    assert.match(stderr, /^connected to nats:\/\/127\.0\.0\.1:\d+ in \d+ ms\n$/);
    assert.match(lines[0] ?? '', /^NAME +STATE/);
    const more = await client.run('policy', '--verbosity', 'debug');
    assert.match(more.stderr, /^policy\.info took \d+ ms$/m);
  });

  it('may be colours, where there is no terminal too', async () => {
    const { lines } = await client.run('policy', '--color', 'always');
    assert.ok(lines[0]?.startsWith('\x1b[1mPATH\x1b[22m'));
    assert.ok((await client.run('policy')).lines[0]?.startsWith('PATH'));
  });

  it('makes a failure look as it was asked for, whatever is wrong with the line', async () => {
    for (const words of [
      ['info', '--nonsense', '--json'],
      ['inof', '--json'],
      ['--json', 'info', 'x', 'y'],
    ]) {
      const { status, stderr } = await client.run(...words);
      assert.deepEqual([status, checkJsonFailure(stderr).code], [124, 'USAGE_INVALID'], stderr);
    }
    const given = await client.run('create', 'x', 'no-such-file', '--arg', '--json');
    assert.match(given.stderr, /^no-such-file cannot be read: ENOENT \[FILE_UNREADABLE\]\n$/);
    for (const [option, right] of [
      ['--color=sometimes', /always, never, auto/],
      ['--verbosity=loud', /quiet, error, warning, info, debug/],
    ] as const) {
      const { status, stderr } = await client.run('info', option);
      assert.equal(status, 124);
      assert.match(stderr, right);
    }
  });

  it('may stand before the command, the folder of the system too', async () => {
    const words = client.words();
    const [folder = ''] = words.slice(-1);
    for (const line of [
      ['--dir', folder, '--quiet', 'info'],
      ['-q', 'info', '--dir', folder],
    ])
      assert.deepEqual((await client.run(...line)).lines, ['foo:web', 'hello']);
  });
});
