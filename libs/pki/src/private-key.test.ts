import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { isOfType, KEY_TYPES, parseKeyType } from './key-type.ts';
import {
  generatePrivateKey,
  privateKeyOf,
  privateKeyPem,
  readPrivateKey,
  type PrivateKey,
} from './private-key.ts';
import { assertRefused } from './testing/asserts.ts';
import { openssl } from './testing/openssl.ts';
import { recordedKeyPem } from './testing/recorded-requests.ts';

function read(pem: string): PrivateKey {
  return readPrivateKey(Buffer.from(pem), 'a.key');
}

describe('a private key', () => {
  it('of the original is read, and written again byte for byte', () => {
    for (const type of KEY_TYPES)
      for (const whose of ['authority', 'server']) {
        const pem = recordedKeyPem(`${whose}-${type}`);
        const key = read(pem);
        assert.ok(isOfType(key.key, type), `${whose}-${type}`);
        assert.equal(privateKeyPem(key), pem);
      }
  });

  for (const type of KEY_TYPES)
    it(`of the type ${type} is made, written as the original would, and one for OpenSSL`, async () => {
      const key = await generatePrivateKey(type);
      assert.ok(isOfType(key.key, type));
      const pem = privateKeyPem(key);
      // The INTEGERs of RSA have a byte more or less.
      const sizeDifference = Math.abs(pem.length - recordedKeyPem(`authority-${type}`).length);
      assert.ok(sizeDifference <= (type.startsWith('rsa') ? 16 : 0), pem);
      const again = read(pem);
      assert.equal(privateKeyPem(again), pem);
      assert.deepEqual(again.publicKey, key.publicKey);
      const { status, output } = await openssl(['pkey', '-check', '-noout'], pem);
      assert.equal(status, 0, output);
    });

  it('in the forms of OpenSSL is read, too', () => {
    const { privateKey: onCurve } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const sec1 = onCurve.export({ type: 'sec1', format: 'pem' }).toString();
    assert.equal(read(sec1).family, 'p384');
    assert.equal(read(onCurve.export({ type: 'pkcs8', format: 'pem' }).toString()).family, 'p384');
    assert.equal(read(rsa.export({ type: 'pkcs1', format: 'pem' }).toString()).family, 'rsa');
  });

  it('that nothing of ours is signed with is refused, and which would be right is said', async () => {
    const right =
      /would have to be an ed25519 key, one on the curves P-256, P-384 or P-521, or an RSA key/;
    for (const { privateKey } of [
      generateKeyPairSync('x25519'),
      generateKeyPairSync('ed448'),
      generateKeyPairSync('rsa', { modulusLength: 1024 }),
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    ])
      await assertRefused(() => privateKeyOf(privateKey), 'KEY_INVALID', right);
  });

  it('that is encrypted, or none, is refused', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const secret = { cipher: 'aes-256-cbc', passphrase: 'secret' };
    const encrypted = privateKey.export({ type: 'pkcs8', format: 'pem', ...secret }).toString();
    await assertRefused(() => read(encrypted), 'KEY_INVALID', /a\.key is encrypted/);
    const halves = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const damaged = recordedKeyPem('tenant').replace('MC4C', 'MC4D');
    for (const pem of ['', 'no key', halves, damaged])
      await assertRefused(() => read(pem), 'KEY_INVALID', /a\.key holds no private key in PEM/);
  });
});

it('a key type is one of six', async () => {
  for (const type of KEY_TYPES) assert.equal(parseKeyType(type), type);
  for (const other of ['', 'rsa', 'RSA2048', 'ed448', 'p256 '])
    await assertRefused(() => parseKeyType(other), 'USAGE_INVALID', /there are rsa2048, rsa4096, /);
});
