import { ROOT } from '@albatross/shared/domain/name';
import { StartError } from '@albatross/shared/runtime/run';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readOptions } from './options.ts';
import { readToken } from './token.ts';

function refusal(...args: readonly string[]): string {
  try {
    readOptions(args);
  } catch (error) {
    assert.ok(error instanceof StartError, String(error));
    assert.ok(!error.message.includes('\n'), error.message);
    return error.message;
  }
  return assert.fail(`${args.join(' ')} was taken`);
}

const target = (...args: readonly string[]): unknown => readOptions(args)?.target;

describe('the command line of the bridge', () => {
  it('names a listener, by address or name, with a port or without', () => {
    const tcp = (host: string, port: number): unknown => ({ kind: 'tcp', host, port });
    assert.deepEqual(target('--influx', '10.0.0.1'), tcp('10.0.0.1', 8094));
    assert.deepEqual(target('--influx', '10.0.0.1:1'), tcp('10.0.0.1', 1));
    assert.deepEqual(target('--influx', '::1'), tcp('::1', 8094));
    assert.deepEqual(target('--influx', '[fe80::1]:65535'), tcp('fe80::1', 65_535));
    assert.deepEqual(target('--influx', '[::1]'), tcp('::1', 8094));
    assert.deepEqual(target('--influx=metrics.example.org:90'), tcp('metrics.example.org', 90));
  });

  it('refuses what is no listener', () => {
    const wrong = ['', ':8094', 'host:', 'host:0', 'host:65536', 'host:http', '1.2.3', '1.2.3.400'];
    for (const text of [
      ...wrong,
      '[host]:1',
      '[]',
      'a b',
      'http://host',
      '::1:x',
      '-x.org',
      '[::1',
    ])
      assert.match(refusal(`--influx=${text}`), /--influx takes HOST or HOST:PORT/, text);
  });

  it('names a database by its URL, and what is in it', () => {
    const bare = { kind: 'http', bucket: 'uk', org: '', tokenFile: null };
    assert.deepEqual(target('--url', 'http://127.0.0.1:8428', '--bucket', 'uk'), {
      ...bare,
      url: 'http://127.0.0.1:8428',
    });
    const all = ['--bucket', 'uk', '--org', 'us', '--token-file', '/t'];
    assert.deepEqual(target('--url', 'https://[::1]/influx/', ...all), {
      ...bare,
      url: 'https://[::1]/influx',
      org: 'us',
      tokenFile: '/t',
    });
  });

  it('refuses what is no such URL, and says why', () => {
    const says = (url: string): string => refusal('--url', url, '--bucket', 'uk');
    assert.match(says('localhost:8086'), /localhost: is neither http: nor https:/);
    assert.match(says('nowhere'), /"nowhere" is none/);
    assert.match(says('http://me:secret@host'), /--token-file is how to authenticate/);
    assert.doesNotMatch(says('http://me:secret@host'), /secret/);
    assert.match(says('http://host?org=x'), /without "\?"/);
    assert.match(says('http://host/api/v2/write'), /without \/api\/v2/);
    assert.match(refusal('--url', 'http://host'), /takes a --bucket/);
    assert.match(refusal('--url', 'http://host', '--bucket', ''), /takes a --bucket/);
  });

  it('takes exactly one of the two', () => {
    assert.match(refusal(), /where to write is missing/);
    assert.match(refusal('--bucket', 'uk'), /where to write is missing/);
    const both = ['--influx', 'host', '--url', 'http://host'];
    assert.match(refusal(...both), /--url does not go with --influx/);
    assert.match(refusal('--influx', 'host', '--org', 'us'), /--org does not go with --influx/);
    assert.match(refusal('--influx', 'host', '--influx', 'other'), /--influx is given twice/);
    assert.match(refusal('--influx', 'host', '--nmae', 'x'), /--nmae/);
    assert.match(refusal('--influx', 'host', 'more'), /more/);
  });

  it('says whose samples, and how they are named', () => {
    const plain = readOptions(['--influx', 'host']);
    assert.equal(plain?.name, ROOT);
    assert.deepEqual([plain.isWholeName, plain.isSelfWritten], [false, true]);
    const given = ['--name', ':foo:', '--no-drop-path', '--no-self'];
    const other = readOptions(['--influx', 'host', ...given]);
    assert.deepEqual(
      [other?.name, other?.isWholeName, other?.isSelfWritten],
      ['foo:', true, false],
    );
    assert.match(refusal('--influx', 'host', '--name', 'a_b'), /--name: the label "a_b" has other/);
    assert.equal(readOptions(['--help']), null);
  });
});

describe('the token of a database', () => {
  it('is the one word in its file, and never told', async () => {
    await using folder = await TemporaryFolder.make();
    const file = folder.file('token');
    writeFileSync(file, 'c2VjcmV0==\n');
    assert.equal(await readToken(file), 'c2VjcmV0==');
    for (const [text, why] of [
      ['', /is empty/],
      [' \n', /is empty/],
      ['one two', /more than one word/],
      ['one\ntwo', /more than one word/],
      ['tokén', /more than one word/],
    ] as const) {
      writeFileSync(file, text);
      await assert.rejects(readToken(file), (error) => {
        assert.ok(error instanceof StartError && why.test(error.message), String(error));
        return text.trim() === '' || !error.message.includes(text);
      });
    }
    await assert.rejects(readToken(folder.file('none')), /cannot be read \(ENOENT\)/);
  });
});
