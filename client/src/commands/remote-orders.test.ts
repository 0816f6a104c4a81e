import { eventually } from '@albatross/shared/bus/testing/asserts';
import { parseName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { recordedBytes } from '../testing/recorded-replies.ts';
import { RemoteDesk } from '../testing/remote-desk.ts';
import { replied } from '../testing/said.ts';

const recorded = (name: string) => ({ bytes: recordedBytes(name) });

describe('a command for another host', () => {
  let desk: RemoteDesk;

  before(async () => {
    desk = await RemoteDesk.open();
    await writeFile(desk.file('content'), new Uint8Array(100_000).fill(7));
  });
  after(async () => {
    await desk[Symbol.asyncDispose]();
  });

  /** What it is asked for, without what is sent behind. */
  const asked = () => desk.server.asked.map(({ commonName, command }) => ({ commonName, command }));

  it('policy shows what is allowed there', async () => {
    desk.server.willAnswer(recorded('58-policy-root-with-sub'));
    const { status, lines, stderr } = await desk.run('policy');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(lines[2] ?? '', /^sub: +2 +128 MiB +20 MiB +0 +service$/);
    assert.deepEqual(asked(), [{ commonName: '.', command: { kind: 'policy-info' } }]);
  });

  it('block and inactive-consoles show what there is', async () => {
    desk.server.willAnswer(recorded('24-block-info-name'), recorded('02-inactive-consoles-empty'));
    const { lines } = await desk.run('block', '--name', 'hello-data');
    assert.deepEqual(lines, ['NAME        SIZE   USED', 'hello-data  1 MiB  no']);
    assert.deepEqual((await desk.run('inactive-consoles')).lines, ['no consoles']);
    assert.deepEqual(asked(), [
      { commonName: 'hello-data', command: { kind: 'block-info' } },
      { commonName: '.', command: { kind: 'console-list-inactive' } },
    ]);
    const bytes = replied({ kind: 'consoles', names: [parseName('hello')] });
    desk.server.willAnswer({ bytes }, recorded('31-block-root-active'));
    assert.deepEqual((await desk.run('inactive-consoles', '--json')).lines, [
      '[{"name":"hello","isActive":false}]',
    ]);
    assert.deepEqual((await desk.run('block', '--json')).lines, [
      '[{"name":"hello-data","sizeMib":1,"isUsed":true}]',
    ]);
  });

  it('create-block is one order, and with content a second one', async () => {
    desk.server.willAnswer(recorded('22-create-block'));
    const made = await desk.run('create-block', 'data', '1', '--json');
    assert.deepEqual([made.status, made.lines], [0, ['{"name":"data","sizeMib":1}']]);
    const add = { commonName: 'data', command: { kind: 'block-add', size: 1 } };
    assert.deepEqual(asked(), [add]);
    desk.server.willAnswer(recorded('22-create-block'), recorded('25-set-block-level0'));
    const full = await desk.run('create-block', 'data', '1', '--data', 'content');
    assert.deepEqual(full, { status: 0, lines: ['created block device data: 1 MiB'], stderr: '' });
    const set = { commonName: 'data', command: { kind: 'block-set', compressed: true } };
    assert.deepEqual(asked(), [add, set]);
    assertContent(desk.server.asked[1]?.content);
  });

  it('create-block leaves no block device whose content was refused', async () => {
    desk.server.willAnswer(
      recorded('22-create-block'),
      recorded('33-set-block-in-use'),
      recorded('36-destroy-block'),
    );
    const { status, stderr } = await desk.run('create-block', 'data', '1', '--data', 'content');
    assert.equal(status, 117);
    assert.match(stderr, /^the server refused: writing block data \[REMOTE_REFUSED\]\n$/);
    assert.deepEqual(
      asked().map(({ command }) => command.kind),
      ['block-add', 'block-set', 'block-remove'],
    );
    desk.server.willAnswer(recorded('23-create-block-duplicate'));
    assert.equal((await desk.run('create-block', 'data', '1', '--data', 'content')).status, 117);
    assert.equal(desk.server.asked.length, 1);
  });

  it('set-block sends the content, compressed unless somebody says otherwise', async () => {
    desk.server.willAnswer(recorded('25-set-block-level0'), recorded('25-set-block-level0'));
    const packed = await desk.run('set-block', 'data', 'content');
    assert.deepEqual(packed, { status: 0, lines: ['set block device data'], stderr: '' });
    await desk.run('set-block', 'data', 'content', '--compression-level', '0');
    assert.deepEqual(
      asked().map(({ command }) => command),
      [true, false].map((compressed) => ({ kind: 'block-set', compressed })),
    );
    assertContent(desk.server.asked[0]?.content);
    assert.ok(desk.server.asked[1]?.content?.equals(await readFile(desk.file('content'))));
  });

  it('destroy-block says that it is done, or why not', async () => {
    desk.server.willAnswer(recorded('36-destroy-block'), recorded('32-destroy-block-in-use'));
    const { lines } = await desk.run('destroy-block', 'hello-data');
    assert.deepEqual(lines, ['removed block device hello-data']);
    const refused = await desk.run('destroy-block', 'hello-data');
    assert.equal(refused.status, 117);
    assert.match(refused.stderr, /remove block: is in use \[REMOTE_REFUSED\]\n$/);
    assert.deepEqual(asked()[0], { commonName: 'hello-data', command: { kind: 'block-remove' } });
  });

  it('dump-block saves the content, and nothing that is not complete', async () => {
    desk.server.willAnswer(recorded('28-dump-block-level9'), recorded('27-dump-block-level0'));
    const saved = await desk.run('dump-block', 'data', 'packed.img');
    assert.deepEqual(saved.lines, ['saved data to packed.img: 1048576 bytes']);
    await desk.run('dump-block', 'data', 'raw.img', '--compression-level', '0');
    const { 'packed.img': packed, 'raw.img': raw } = await desk.content();
    assert.equal(packed, raw);
    assert.deepEqual(
      asked().map(({ command }) => command),
      [9, 0].map((level) => ({ kind: 'block-dump', level })),
    );
    const before = Object.keys(await desk.content());
    for (const bytes of ['27-dump-block-level0', '28-dump-block-level9'].map(recordedBytes)) {
      desk.server.willAnswer({ bytes: bytes.slice(0, 5000) });
      const { status, stderr } = await desk.run('dump-block', 'data', 'half.img');
      assert.equal(status, 121);
      assert.match(stderr, / \[REMOTE_LOST\]\n$/);
    }
    desk.server.willAnswer(recorded('40-dump-nonexisting'));
    const { status, stderr } = await desk.run('dump-block', 'data', 'half.img');
    assert.equal(status, 117);
    assert.match(stderr, /: dump block: not found \[REMOTE_REFUSED\]\n$/);
    assert.deepEqual(Object.keys(await desk.content()), before);
  });

  it('console follows until Ctrl-C', async () => {
    desk.server.willAnswer({ ...recorded('10-console-count-stream'), isOpen: true });
    const client = desk.begin('console', 'hello', '--count', '5', '--follow');
    await eventually('8 lines', () => client.stdout.split('\n').length === 9, 20_000);
    assert.match(client.stdout, /^2026-11-22T00:54:49.870Z \S.*\n/);
    client.kill('SIGINT');
    assert.deepEqual([(await client.end()).status, client.stderr], [0, '']);
    await eventually('the server was told', () => desk.server.left.length === 1);
    const from = { kind: 'count', lines: 5n };
    const command = { kind: 'console-subscribe', from };
    assert.deepEqual(asked(), [{ commonName: 'hello', command }]);
  });

  it('console is lines for programs, and has an end only with the server', async () => {
    const failed = recordedBytes('40-dump-nonexisting').slice(-72 - 4);
    const bytes = Buffer.concat([recordedBytes('10-console-count-stream'), failed]);
    const since = ['--since', '2026-01-02T03:04:05Z', '--json'];
    desk.server.willAnswer({ bytes });
    const { status, lines, stderr } = await desk.run('console', 'hello', ...since);
    assert.equal(status, 121);
    const { code, message } = JSON.parse(stderr) as Readonly<Record<string, string>>;
    assert.equal(code, 'REMOTE_LOST');
    assert.match(message ?? '', /^127\.0\.0\.1:\d+ ended the stream$/);
    assert.equal(lines.length, 8);
    assert.deepEqual(Object.keys(JSON.parse(lines[0] ?? '') as object), [
      'name',
      'seq',
      'at',
      'line',
      'truncated',
      'base64',
      'marker',
      'dropped',
    ]);
    const from = { kind: 'since', at: Date.UTC(2026, 0, 2, 3, 4, 5) };
    assert.deepEqual(asked()[0]?.command, { kind: 'console-subscribe', from });
    desk.server.willAnswer(recorded('43-console-nonexisting'));
    const waiting = await desk.run('console', 'hello', '--raw');
    assert.match(waiting.stderr, /^waiting for hello to print something\n.* ended the stream/);
  });

  it('stats shows every sample, until Ctrl-C', async () => {
    desk.server.willAnswer({ ...recorded('12-stats-stream-interval1'), isOpen: true });
    const client = desk.begin('stats', '--name', 'hello');
    await eventually('3 samples', () => client.stdout.split('\n').length === 4, 20_000);
    client.kill('SIGINT');
    const { status, lines } = await client.end();
    assert.equal(status, 0);
    assert.match(lines[0] ?? '', /^\S+Z hello: CPU -, memory 1.5 MiB$/);
    assert.match(lines[2] ?? '', /^\S+Z hello: CPU (?:0.0%|-), memory 1.5 MiB$/);
    assert.deepEqual(asked(), [{ commonName: 'hello', command: { kind: 'stats-subscribe' } }]);
  });

  it('is not given where no server takes it', async () => {
    desk.server.willAnswer();
    for (const words of [
      'add-policy foo 1',
      'remove-policy --path foo',
      'stats-add 4711 --name hello',
      'stats-remove --name hello',
      'console foo:',
      'destroy-block .',
      'info --name .',
      'policy --path foo',
    ]) {
      const { status, lines, stderr } = await desk.run(...words.split(' '));
      assert.deepEqual([status, lines], [124, ['']], words);
      assert.match(stderr, /^[^\n]+ \[(?:USAGE|NAME)_INVALID\]\n$/);
    }
    assert.deepEqual(desk.server.asked, []);
  });

  it('that is answered with something else is lost', async () => {
    for (const words of ['policy', 'block', 'inactive-consoles', 'destroy-block data', 'stats']) {
      desk.server.willAnswer({ bytes: recordedBytes('28-dump-block-level9').slice(0, 47) });
      const { status, stderr } = await desk.run(...words.split(' '));
      assert.equal(status, 121, words);
      assert.match(stderr, /^the server answered block-device-image where \S+ was expected \[/);
    }
  });
});

function assertContent(compressed: Buffer | null | undefined): void {
  assert.ok(inflateSync(compressed ?? '').equals(Buffer.alloc(100_000, 7)));
}
