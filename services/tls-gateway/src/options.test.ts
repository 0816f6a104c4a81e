import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOptions, type FilesInEnvironment } from './options.ts';

const NONE: FilesInEnvironment = { ca: undefined, certificate: undefined, key: undefined };

const tls = (...args: readonly string[]) => {
  const options = readOptions(args, NONE);
  assert.ok(options.kind === 'tls');
  return options;
};

describe('the command line', () => {
  it('without anything is the usual endpoint', () => {
    assert.deepEqual(tls(), {
      kind: 'tls',
      entrance: { kind: 'address', ip: '::', port: 1025 },
      files: null,
      revocationFolder: null,
      maxSubscribers: null,
      logLevel: null,
      isSyslog: false,
    });
  });

  it("is the original's", () => {
    const options = tls(
      '--ip=192.0.2.1',
      '--port',
      '4433',
      '--tmpdir=/x',
      '-v',
      'ca',
      'cert',
      'key',
    );
    assert.deepEqual(options.entrance, { kind: 'address', ip: '192.0.2.1', port: 4433 });
    assert.deepEqual(options.files, { ca: 'ca', certificate: 'cert', key: 'key' });
    assert.equal(options.logLevel, 'info');
    assert.equal(tls('-vv').logLevel, 'debug');
    assert.equal(tls('-q').logLevel, 'quiet');
    assert.equal(tls('--verbosity=warning').logLevel, 'warn');
    assert.deepEqual(tls('--inetd', '--syslog').entrance, { kind: 'inetd' });
    assert.deepEqual(tls('--systemd-socket-activation').entrance, { kind: 'activation' });
  });

  it('may leave the files to the environment', () => {
    const environment = { ca: 'a', certificate: 'b', key: 'c' };
    const options = readOptions([], environment);
    assert.ok(options.kind === 'tls');
    assert.deepEqual(options.files, environment);
    const given = readOptions(['x', 'y', 'z'], environment);
    assert.ok(given.kind === 'tls');
    assert.equal(given.files?.ca, 'x');
  });

  it('for the sockets takes no TLS', () => {
    assert.deepEqual(readOptions(['--local', '--max-subscribers=9'], NONE), {
      kind: 'local',
      isActivated: false,
      maxSubscribers: 9,
      logLevel: null,
      isSyslog: false,
    });
  });

  it('is refused in one sentence that says what would be right', () => {
    for (const [args, message] of [
      [['--port=http'], /--port takes a whole number from 0 to 65535, not "http"/],
      [['--port=65536'], /from 0 to 65535/],
      [['--ip=localhost'], /--ip takes an address/],
      [['--inetd', '--port=1'], /--port does not go with --inetd/],
      [['--inetd', '--systemd-socket-activation'], /does not go with/],
      [['--systemd-socket-activation', '--ip=::'], /--ip does not go with/],
      [['--local', 'ca', 'cert', 'key'], /--local takes no CA/],
      [['--local', '--crls=x'], /--crls does not go with --local/],
      [['ca', 'cert'], /three files, CA CERT KEY, or none; 2 are given/],
      [['--port=1', '--port=2'], /--port is given twice/],
      [['--verbosity=loud'], /--verbosity takes one of quiet, error/],
      [['--max-subscribers=0'], /from 1 to 1000/],
      [['--colour'], /colour/],
    ] as const)
      assert.throws(() => readOptions(args, NONE), { name: 'StartError', message });
    assert.throws(() => readOptions([], { ...NONE, ca: 'x' }), { message: /all three/ });
  });
});
