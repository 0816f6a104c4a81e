import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { destinationOf, describeServer, readDestination } from './destination-options.ts';

describe('a destination', () => {
  it('is a host, with a port or the usual one', () => {
    for (const [text, host, port] of [
      ['host.example', 'host.example', 1025],
      ['host.example:443', 'host.example', 443],
      ['10.0.0.1:1', '10.0.0.1', 1],
      ['[::1]', '::1', 1025],
      ['[2001:db8::2]:65535', '2001:db8::2', 65_535],
      ['::1', '::1', 1025],
      ['2001:db8::1', '2001:db8::1', 1025],
      ['2001:db8:0:0:0:0:0:1', '2001:db8:0:0:0:0:0:1', 1025],
      ['2001:db8::1:1026', '2001:db8::1', 1026],
    ] as const)
      assert.deepEqual(readDestination(text), { host, port }, text);
  });

  it('is refused when it is none', () => {
    for (const text of [
      '',
      ':',
      ':1025',
      'host:',
      'host:0',
      'host:65536',
      'host:x',
      '[host]:1',
      '[::1',
      '-',
      'a b',
      'http://host',
      'host:1:2',
      'a'.repeat(254),
    ])
      assert.throws(() => readDestination(text), { code: 'USAGE_INVALID' }, text);
  });

  it('is shown so that it can be given again', () => {
    assert.equal(describeServer({ host: '::1', port: 1026 }), '[::1]:1026');
    assert.equal(describeServer({ host: 'host', port: 1 }), 'host:1');
  });
});

describe('where a command is given', () => {
  it('is here, unless it is said', () => {
    assert.deepEqual(destinationOf({}), { kind: 'local' });
    assert.deepEqual(destinationOf({ csr: true }), { kind: 'csr', keyType: null });
    const destination = { host: 'host', port: 1025 };
    const files = { caFile: 'ca.pem', caKeyFile: 'ca.key', serverCaFile: 'cacert.pem' };
    const remote = { kind: 'remote', ...destination, ...files, keyType: null };
    assert.deepEqual(destinationOf({ destination }), remote);
    const flags = { destination, ca: 'a', caKey: 'b', serverCa: 'c', keyType: 'p256' };
    const other = { caFile: 'a', caKeyFile: 'b', serverCaFile: 'c', keyType: 'p256' };
    assert.deepEqual(destinationOf(flags), { ...remote, ...other });
  });

  it('is refused when somebody meant another place', () => {
    for (const [flags, message] of [
      [{ ca: 'a' }, '--ca has a meaning with --destination only'],
      [{ csr: true, caKey: 'a' }, '--ca-key has a meaning with --destination only'],
      [{ serverCa: 'a' }, '--server-ca has a meaning with --destination only'],
      [{ keyType: 'p256' }, '--key-type has a meaning with --destination or --csr only'],
    ] as const)
      assert.throws(() => destinationOf(flags), { code: 'USAGE_INVALID', message });
  });
});
