import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IDENTITIES, type Identity } from '../contracts/identities.ts';
import { generateKey, readKey } from './keys.ts';
import { KeyError, portIn, serverFiles } from './server-files.ts';

const NONE = Object.fromEntries(IDENTITIES.map((one) => [one, null])) as Record<Identity, null>;
const PLACE = { port: 14_222, storeDir: '/var/lib/albatross/jetstream' };

describe('the files of a bus', () => {
  it('have a key of its own for each identity, of which the configuration has the public half', () => {
    const { keys, config, url } = serverFiles({ ...PLACE, keys: NONE });
    assert.equal(new Set(Object.values(keys)).size, IDENTITIES.length);
    for (const seed of Object.values(keys)) {
      assert.ok(config.includes(readKey(seed).publicKey));
      assert.ok(!config.includes(seed.trim()));
    }
    assert.match(config, /^port: 14222$/m);
    assert.equal(url, 'nats://127.0.0.1:14222\n');
  });

  it('keep the keys that are there, whatever blanks they have', () => {
    const { seed, publicKey } = generateKey();
    const { keys, config } = serverFiles({ ...PLACE, keys: { ...NONE, console: `${seed}  \n` } });
    assert.equal(keys.console, `${seed}  \n`);
    assert.ok(config.includes(publicKey));
    assert.deepEqual(serverFiles({ ...PLACE, keys }), serverFiles({ ...PLACE, keys }));
  });

  it('are not made of what is no key', () => {
    for (const text of ['', 'SUNONSENSE\n'])
      assert.throws(
        () => serverFiles({ ...PLACE, keys: { ...NONE, stats: text } }),
        (error) => error instanceof KeyError && error.identity === 'stats',
      );
  });
});

describe('the port of a bus', () => {
  it('stands at the end of where it is', () => {
    assert.equal(portIn('nats://127.0.0.1:14222\n'), 14_222);
    for (const text of ['', 'nonsense', 'nats://127.0.0.1:99999\n', 'nats://127.0.0.1:0\n'])
      assert.equal(portIn(text), null);
  });
});
