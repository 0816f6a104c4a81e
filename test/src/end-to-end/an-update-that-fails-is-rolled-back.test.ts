import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { sha256, ToyBuildServer, twoBuilds } from '../../../client/src/testing/toy-build-server.ts';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { checkJson } from '../harness/json/check-json.ts';
import type { Ended } from '../harness/program.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { realTenders } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 60_000 };
/** What hello is given, which it has to have after everything. */
const CONFIGURATION = {
  memoryMib: 3,
  arguments: ['tick=100'],
  restart: { kind: 'on-exit' as const, statuses: [7] },
  startupPriority: 9,
};

test(
  'an update that fails is rolled back to the image before, with its configuration',
  DEADLINE,
  async (t) => {
    const tenders = realTenders();
    if (!('solo5-spt' in tenders)) return t.skip('there is no real solo5-spt in PATH');
    await using system = await RunningSystem.start({ tenders });
    await using builds = await ToyBuildServer.start();
    const administrator = await system.administrator();
    const image = helloImage('spt');
    const old = await readFile(image);
    /** A build like it, but for one word in it. */
    const changed = (word: string, by: string): Uint8Array =>
      Buffer.from(old.toString('latin1').replace(word, by), 'latin1');
    const update = (...words: readonly string[]): readonly string[] => [
      'update',
      'foo:hello',
      '--http-host',
      builds.url,
      ...words,
    ];
    const now = async () => {
      const {
        state,
        digest,
        memoryMib,
        restart,
        startupPriority,
        arguments: words,
      } = await administrator.show('foo:hello');
      return { state, digest, memoryMib, restart, startupPriority, arguments: words };
    };
    const running = (of: Uint8Array) => ({
      ...CONFIGURATION,
      state: 'running',
      digest: sha256(of),
    });

    await administrator.createWith('foo:hello', image, CONFIGURATION);

    await t.test('when the new one ends', DEADLINE, async () => {
      // It does not know what ticks are, and so has nothing to do.
      const bad = changed('tick=', 'tack=');
      builds.willAnswer(twoBuilds(old, bad));
      const { status, stdout, stderr }: Ended = await system.albatross(...update());
      assert.equal(status, 2, stderr);
      assert.match(stdout, /\nupdated foo:hello: (running, process \d+|exited)\n$/);
      const lines = stderr.trimEnd().split('\n');
      assert.match(
        lines.at(-1) ?? '',
        /^updated foo:hello did not become ready: ended with status 0 after [\d.]+ s; rolled back to sha256:[0-9a-f]{12}, build [-0-9a-f]{36} \[UPDATE_ROLLED_BACK\]$/,
      );
      assert.ok(lines.includes('  hello from spt'), stderr);
      assert.deepEqual(await now(), running(old));
    });

    await t.test('when the new one does not print what it should', DEADLINE, async () => {
      builds.willAnswer(twoBuilds(old, changed('hello from', 'HELLO from')));
      const check = ['--ready', 'console:^hello', '--ready-within', '1'];
      const { status, stdout, stderr } = await system.albatross(...update('--json', ...check));
      assert.equal(status, 2, stderr);
      const [told] = checkJson('update', stdout) as readonly Record<string, unknown>[];
      assert.equal(told?.['outcome'], 'rolled-back');
      assert.equal(told?.['why'], 'console:^hello was not met within 1 s');
      const { code, details } = JSON.parse(stderr) as { code: string; details: { old: string } };
      assert.deepEqual([code, details.old], ['UPDATE_ROLLED_BACK', sha256(old)]);
      assert.deepEqual(await now(), running(old));
    });

    await t.test(
      'but not when it is good, nor when somebody interrupts the waiting',
      DEADLINE,
      async () => {
        const good = changed('hello from', 'HELLO from');
        builds.willAnswer(twoBuilds(old, good));
        const client = system.startAlbatross(...update('--ready', 'up:50'));
        await client.untilSays(/^updated /m);
        client.signal('SIGINT');
        const { status, stderr } = await client.ended();
        assert.equal(status, 130, stderr);
        const digest = sha256(good).slice(0, 12);
        assert.match(
          stderr,
          new RegExp(`^interrupted; foo:hello has the new image, sha256:${digest}`),
        );
        assert.deepEqual(await now(), running(good));

        const better = changed('hello from', 'Hello from');
        builds.willAnswer(twoBuilds(good, better));
        const done = await system.albatross(...update('--ready', 'console:^Hello from spt$'));
        assert.deepEqual([done.status, done.stderr], [0, '']);
        assert.match(done.stdout, /\nfoo:hello is ready after [\d.]+ s\n$/);
        assert.deepEqual(await now(), running(better));
      },
    );
  },
);
