import { decodeDer, der, TAG } from '@albatross/wire';
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { objectIdentifier, OID } from './object-identifier.ts';
import { keyProblem, readPublicKey, type PublicKey } from './public-key.ts';
import { isSignedBy, type Signature, type SigningAlgorithm } from './signature.ts';
import { bitString, text } from './testing/unsigned-certificate.ts';

type Scheme = SigningAlgorithm['scheme'];

const CONTENT = Buffer.from('what was signed');
const RSA: Scheme = { key: 'rsa', hash: 'sha256' };
const EC: Scheme = { key: 'ec', hash: 'sha256' };
const ED25519: Scheme = { key: 'ed25519', hash: null };

function signature(scheme: Scheme, value: Uint8Array): Signature {
  return { content: CONTENT, value, algorithm: { der: new Uint8Array(), type: '', scheme } };
}

function publicKey(spki: Uint8Array): PublicKey {
  return decodeDer(spki, readPublicKey);
}

function keyOf(algorithm: readonly der.Encoded[], bits: readonly number[]): PublicKey {
  return publicKey(der.concatenate(der.sequence([der.sequence(algorithm), bitString(0, ...bits)])));
}

function rsaKey(modulus: readonly number[], exponent: readonly number[]): PublicKey {
  const integer = (bytes: readonly number[]): der.Encoded =>
    der.sequence([[Uint8Array.from(bytes)]], TAG.integer);
  const key = der.concatenate(der.sequence([integer(modulus), integer(exponent)]));
  return keyOf([objectIdentifier('1.2.840.113549.1.1.1'), der.nothing()], [...key]);
}

const MODULUS = [0, 0xc1, ...Array.from({ length: 127 }, () => 0xab)];

describe('a signature', () => {
  const { privateKey, publicKey: own } = generateKeyPairSync('ed25519');
  const key = publicKey(own.export({ type: 'spki', format: 'der' }));
  const value = sign(null, CONTENT, privateKey);

  it('is that of the key that made it, of what it was made for', () => {
    assert.ok(isSignedBy(signature(ED25519, value), key));
    const another = { ...signature(ED25519, value), content: Buffer.from('something else') };
    assert.ok(!isSignedBy(another, key));
  });

  it('is none with another algorithm than that of the key', () => {
    for (const scheme of [RSA, EC, null]) assert.ok(!isSignedBy(signature(scheme, value), key));
  });

  it('is none of a key that is none, and of one that is not accepted', () => {
    const ec = [objectIdentifier(OID.ecPublicKey), objectIdentifier(OID.secp256r1)];
    const zeros = (length: number): number[] => Array.from({ length }, () => 0);
    const keys: readonly (readonly [Scheme, PublicKey])[] = [
      [RSA, rsaKey(MODULUS, [3])],
      [RSA, rsaKey([...MODULUS.slice(0, -1), 0], [3])],
      [RSA, rsaKey([0, 0x80, ...zeros(127)], [1, 0, 1])],
      ...[[0], [1], [0xff], [], zeros(2)].map((e) => [RSA, rsaKey(MODULUS, e)] as const),
      ...[[], [0], [4], [4, ...zeros(64)], [2, ...zeros(32)]].map(
        (p) => [EC, keyOf(ec, p)] as const,
      ),
      ...[0, 31, 32, 33].map(
        (length) => [ED25519, keyOf([objectIdentifier(OID.ed25519)], zeros(length))] as const,
      ),
    ];
    for (const [scheme, one] of keys)
      for (const made of [[], zeros(64), zeros(128), [0x30, 6, 2, 1, 1, 2, 1, 1], zeros(129)])
        assert.equal(isSignedBy(signature(scheme, Uint8Array.from(made)), one), false);
  });
});

describe('a key', () => {
  it('is RSA of so many bits, with an exponent of so many', () => {
    assert.deepEqual(rsaKey(MODULUS, [1, 0, 1]).key, { kind: 'rsa', bits: 1024, exponentBits: 17 });
    assert.equal(keyProblem(rsaKey(MODULUS, [3])), null);
    for (const [modulus, bits] of [
      [[0, 0x7f, ...MODULUS.slice(2)], 0],
      [[0x7f, ...MODULUS.slice(2)], 1023],
      [[0xff], 0],
      [[], 0],
    ] as const)
      assert.match(keyProblem(rsaKey(modulus, [3])) ?? '', new RegExp(`is RSA of ${bits} bits`));
    for (const [exponent, bits] of [
      [[1], 1],
      [[1, 0, 0, 0, 0], 33],
      [[0x80], 0],
    ] as const)
      assert.match(
        keyProblem(rsaKey(MODULUS, exponent)) ?? '',
        new RegExp(`of ${bits} bits; there`),
      );
  });

  it('is RSA with a number and an exponent, and nothing else', () => {
    const rsa = [objectIdentifier('1.2.840.113549.1.1.1'), der.nothing()];
    assert.throws(() => keyOf(rsa, [1, 2, 3]), /expected RSAPublicKey, found another/);
    assert.deepEqual(keyOf(rsa.slice(0, 1), [1, 2, 3]).key.kind, 'other');
  });

  it('is on one of three curves', () => {
    const on = (curve: der.Encoded): string | null =>
      keyProblem(keyOf([objectIdentifier(OID.ecPublicKey), curve], [4]));
    for (const curve of [OID.secp256r1, OID.secp384r1, OID.secp521r1])
      assert.equal(on(objectIdentifier(curve)), null);
    for (const curve of [objectIdentifier('1.3.132.0.10'), der.nothing(), text(0x30, '')])
      assert.match(on(curve) ?? '', /is on another curve than P-256, P-384 and P-521/);
  });

  it('is of a type that is known', () => {
    assert.equal(keyProblem(keyOf([objectIdentifier(OID.ed25519)], [])), null);
    for (const algorithm of [
      [objectIdentifier('1.3.101.113')],
      [objectIdentifier(OID.ed25519), der.nothing()],
    ])
      assert.match(
        keyProblem(keyOf(algorithm, [])) ?? '',
        /which is none of RSA, ECDSA and Ed25519/,
      );
  });
});
