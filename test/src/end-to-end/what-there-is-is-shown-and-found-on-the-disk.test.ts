import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 90_000 };
/** Samples are taken every ten seconds. */
const SAMPLED_DEADLINE_MS = 40_000;
const image = helloImage('spt');

let system: RunningSystem;
let desk: string;

async function says(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await system.albatrossIn(desk, ...args);
  assert.deepEqual([status, stderr], [0, ''], args.join(' '));
  return stdout;
}

describe('what there is', () => {
  before(async () => {
    desk = await mkdtemp(join(tmpdir(), 'albatross-desk-'));
    system = await RunningSystem.start({ tenders: await standInTender() });
    await says('add-policy', 'foo:', '4', '--mem', '256', '--block', '100');
    await says('create-block', 'foo:spare', '16');
    await says('create', 'foo:web', image, '--arg', 'tick=500', '--arg', 'word=secret');
    await says('create', 'foo:over', image, '--arg', 'exit=3');
  }, DEADLINE);
  after(async () => {
    await system[Symbol.asyncDispose]();
    await rm(desk, { recursive: true });
  }, DEADLINE);

  it('is shown with what it takes, once that was sampled', DEADLINE, async () => {
    let shown = '';
    await eventually(
      'it was sampled',
      async () => {
        shown = await says('info', '--name', 'foo:');
        return /^foo:web +running +\S+ +0 +- +- +\d+(\.\d)?% +[\d.]+ of 32 MiB$/m.test(shown);
      },
      SAMPLED_DEADLINE_MS,
    );
    assert.match(shown, /^foo:over +exited +- +0 +status 3 +- +- +- of 32 MiB$/m);
  });

  it('is shown of one name, with the policy of its path', DEADLINE, async () => {
    const shown = await says('info', 'foo:web');
    assert.match(shown, /\n {2}process \d+, up (\d+ min )?\d+ s, since \S+Z\n/);
    assert.match(
      shown,
      /\n {2}policy of foo: 1 of 4 unikernels, 32 of 256 MiB, 16 of 100 MiB of b/,
    );
    assert.doesNotMatch(shown, /secret/);
  });

  it('is drawn as a tree', DEADLINE, async () => {
    const lines = (await says('info', '--tree', '-n', 'foo:')).trimEnd().split('\n');
    assert.match(
      lines[0] ?? '',
      /^foo: {2}1 of 4 unikernels, 32 of 256 MiB, 16 of 100 MiB of block /,
    );
    const below = lines.slice(1).map((line) => line.replace(/^.{3}/u, ''));
    assert.match(below[0] ?? '', /^foo:over {2}exited, status 3, 32 MiB$/);
    assert.match(below[1] ?? '', /^foo:web {2}running, up [\d a-z]+, 32 MiB$/);
    assert.equal(below[2], 'foo:spare  block device of 16 MiB, unused');
  });

  it('is found on the disk while it runs, and when its supervisor is dead', DEADLINE, async () => {
    const running = await says('inspect-dump');
    for (const line of [
      /^policy foo:$/m,
      /^unikernel foo:web:$/m,
      /^ {2}image [0-9a-f]{64} for spt of \d+ bytes$/m,
      /^block device foo:spare:\n {2}16 MiB$/m,
    ])
      assert.match(running, line);
    assert.doesNotMatch(running, /secret/);
    await system.takeDown('supervisor');
    assert.equal(await says('inspect-dump'), running);
    const extracted = await says('extract-dump', 'foo:web', 'web.image');
    await system.bringBack();
    assert.deepEqual(await readFile(join(desk, 'web.image')), await readFile(image));

    const [, words = ''] = /\nalbatross (.*)\n$/.exec(extracted) ?? [];
    assert.equal(words, 'create foo:web web.image --arg=tick=500 --arg=word=secret');
    const [created = '', name, ...rest] = words.split(' ');
    await says('destroy', 'foo:web');
    assert.match(await says(created, name ?? '', ...rest), /^created foo:web: running, /);
  });
});
