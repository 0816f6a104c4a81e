import { contextTag, der, EXTENSION_OID, WireError } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCertificate } from './certificate.ts';
import { objectIdentifier, OID } from './object-identifier.ts';
import {
  bitString,
  extension,
  text,
  unsignedCertificate,
  type CertificateDer,
} from './testing/unsigned-certificate.ts';

const read = (parts: Partial<CertificateDer>) => readCertificate(unsignedCertificate(parts));
const readWith = (...extensions: readonly der.Encoded[]) => read({ extensions });

function assertRefused(parts: Partial<CertificateDer>, message: RegExp): void {
  assert.throws(
    () => read(parts),
    (error) => {
      assert.ok(error instanceof WireError, String(error));
      assert.match(error.message, message);
      assert.match(error.message, /^at byte \d+: expected [ -~]+, found [ -~]+$/);
      return true;
    },
  );
}

const UTC = 0x17;
const GENERALIZED = 0x18;

describe('a certificate', () => {
  it('is what stands in it', () => {
    const bytes = unsignedCertificate({});
    const certificate = readCertificate(bytes);
    assert.equal(certificate.der, bytes);
    assert.deepEqual([certificate.version, certificate.serial], [3, '1234']);
    assert.deepEqual([certificate.issuer.text, certificate.subject.text], ['CN=ca', 'CN=hello']);
    assert.equal(certificate.commonName, 'hello');
    assert.equal(certificate.notBefore, Date.parse('2026-11-22T00:00:00Z'));
    assert.equal(certificate.notAfter, Date.parse('2050-11-22T00:00:00Z'));
    assert.deepEqual(certificate.publicKey.key, { kind: 'ed25519' });
    assert.deepEqual(certificate.critical, []);
    assert.equal(certificate.signature.content.buffer, bytes.buffer);
  });

  it('is of version 1 without one, and then has no extensions', () => {
    assert.equal(read({ version: null, extensions: null }).version, 1);
    assert.equal(read({ version: der.integer(1), extensions: null }).version, 2);
    assertRefused({ version: null }, /expected the end, found more bytes/);
    assertRefused({ version: der.integer(1) }, /expected the end, found more bytes/);
    assertRefused({ version: der.integer(3) }, /expected the version 0, 1 or 2, found another/);
    assertRefused({ version: der.integer(-1) }, /expected the version 0, 1 or 2, found another/);
  });

  it('has a serial number of any 20 bytes', () => {
    for (const serial of ['00', '7f', '0080', 'ff', `00${'ff'.repeat(20)}`])
      assert.equal(read({ serial: text(0x02, latin1(serial)) }).serial, serial);
    for (const serial of ['', '0001', 'ff80', '01'.repeat(22)])
      assertRefused(
        { serial: text(0x02, latin1(serial)) },
        /expected INTEGER of at most 21 bytes, in as few as possible/,
      );
  });

  it('is valid from a time in UTC, in seconds, to another', () => {
    for (const [tag, written, time] of [
      [UTC, '500101000000Z', '1950-01-01T00:00:00Z'],
      [UTC, '491231235959Z', '2049-12-31T23:59:59Z'],
      [GENERALIZED, '99991231235959Z', '9999-12-31T23:59:59Z'],
      [GENERALIZED, '20240229000000Z', '2024-02-29T00:00:00Z'],
    ] as const)
      assert.equal(read({ notAfter: text(tag, written) }).notAfter, Date.parse(time));
    for (const [tag, written] of [
      [UTC, '2611220000Z'],
      [UTC, '261122000000+0000'],
      [UTC, '261322000000Z'],
      [UTC, '20261122000000Z'],
      [GENERALIZED, '20261122000000.5Z'],
      [GENERALIZED, '20261122000000'],
      [GENERALIZED, '20230229000000Z'],
      [0x16, '20261122000000Z'],
    ] as const)
      assertRefused({ notAfter: text(tag, written) }, /expected UTCTime \(YYMMDDhhmmssZ\) or/);
  });

  it('was signed as it says itself', () => {
    const rsa = (...parameters: der.Encoded[]): der.Encoded =>
      der.sequence([objectIdentifier(OID.sha256WithRSAEncryption), ...parameters]);
    const schemeOf = (algorithm: der.Encoded): unknown =>
      read({ algorithm, outerAlgorithm: algorithm }).signature.algorithm.scheme;
    assert.deepEqual(schemeOf(rsa(der.nothing())), { key: 'rsa', hash: 'sha256' });
    assert.deepEqual(schemeOf(rsa()), { key: 'rsa', hash: 'sha256' });
    assert.equal(schemeOf(rsa(der.integer(1))), null);
    assert.equal(schemeOf(der.sequence([objectIdentifier(OID.ed25519), der.nothing()])), null);
    assert.equal(schemeOf(der.sequence([objectIdentifier('1.2.840.113549.1.1.5')])), null);
    assertRefused({ outerAlgorithm: rsa() }, /expected the algorithm that is in what was signed/);
    assertRefused({ signature: bitString(1, 0x80) }, /expected BIT STRING with at most 0 unused/);
  });

  it('may have unique identifiers, which nobody reads', () => {
    const uniqueIds = [...text(0x81, '\0a'), ...text(0x82, '\0b')];
    assert.equal(read({ uniqueIds }).commonName, 'hello');
    assertRefused({ version: null, uniqueIds, extensions: null }, /expected the end/);
  });

  it('is all that there is', () => {
    const bytes = unsignedCertificate({});
    for (let length = 0; length < bytes.length; length += 1)
      assert.throws(() => readCertificate(bytes.subarray(0, length)), WireError, `${length}`);
    assert.throws(() => readCertificate(Buffer.concat([bytes, Buffer.of(0)])), WireError);
    assertRefused({ more: der.nothing() }, /expected the end, found more bytes/);
  });
});

describe('the extensions of a certificate', () => {
  it('say what its key is for, also with more bytes than that needs', () => {
    const usages = (value: der.Encoded): readonly string[] => [
      ...(readWith(extension(OID.keyUsage, value)).keyUsage ?? []),
    ];
    assert.deepEqual(usages(bitString(5, 0xa0)), ['digitalSignature', 'keyEncipherment']);
    assert.deepEqual(usages(bitString(7, 0xa0, 0x00)), ['digitalSignature', 'keyEncipherment']);
    assert.deepEqual(usages(bitString(0, 0x04, 0x00, 0x00)), ['keyCertSign']);
    assert.deepEqual(usages(bitString(7, 0x00, 0x80)), ['decipherOnly']);
    assert.deepEqual(usages(bitString(0)), []);
    for (const value of [bitString(8, 0), bitString(1), bitString(5, 0xbf), text(0x03, '')])
      assertRefused(
        { extensions: [extension(OID.keyUsage, value)] },
        /expected BIT STRING with at most 7 unused bits, which are 0/,
      );
  });

  it('say what it is for', () => {
    const purposes = (count: number): der.Encoded =>
      der.sequence(Array.from({ length: count }, (_, index) => objectIdentifier(`1.2.${index}`)));
    const read64 = readWith(extension(OID.extKeyUsage, purposes(64)));
    assert.equal(read64.extendedKeyUsage?.size, 64);
    for (const count of [0, 65])
      assertRefused(
        { extensions: [extension(OID.extKeyUsage, purposes(count))] },
        /expected (1 to|at most) 64 elements/,
      );
  });

  it('say whether it is an authority, and of how many others', () => {
    const constraints = (...parts: der.Encoded[]): unknown =>
      readWith(extension(OID.basicConstraints, der.sequence(parts))).basicConstraints;
    const isAuthority = true;
    assert.deepEqual(constraints(), { isAuthority: false, pathLength: null });
    assert.deepEqual(constraints(der.boolean(false)), { isAuthority: false, pathLength: null });
    assert.deepEqual(constraints(der.boolean(true)), { isAuthority, pathLength: null });
    assert.deepEqual(constraints(der.boolean(true), der.integer(0)), {
      isAuthority,
      pathLength: 0,
    });
    for (const parts of [[der.integer(1)], [der.boolean(true), der.integer(-1)]])
      assert.throws(() => constraints(...parts), /a path length of 0 or more, of an authority/);
  });

  it('name its key, and that of its issuer in one of several ways', () => {
    const named = readWith(
      extension(OID.subjectKeyIdentifier, der.octetString(Uint8Array.of(1))),
      extension(
        OID.authorityKeyIdentifier,
        der.sequence([text(0x80, '\x02'), text(contextTag(1), ''), text(0x82, '\x03')]),
      ),
    );
    assert.deepEqual([...(named.subjectKeyId ?? [])], [1]);
    assert.deepEqual([...(named.authorityKeyId ?? [])], [2]);
    const bySerial = der.sequence([text(contextTag(1), ''), text(0x82, '\x03')]);
    assert.equal(readWith(extension(OID.authorityKeyIdentifier, bySerial)).authorityKeyId, null);
  });

  it('say which names it restricts', () => {
    const restricted = (...bases: der.Encoded[]): unknown => {
      const subtrees = bases.map((base) => der.sequence([base]));
      const value = der.sequence([der.sequence(subtrees, contextTag(1))]);
      return readWith(extension('2.5.29.30', value)).nameConstraints;
    };
    assert.equal(restricted(text(0x82, 'a.example')), 'hosts');
    assert.equal(restricted(text(0x82, 'a.example'), text(0x87, '\x7f\0\0\0\xff\0\0\0')), 'hosts');
    assert.equal(restricted(text(0x82, 'a.example'), text(0x81, 'a@example')), 'others');
    assert.throws(() => restricted(), /expected 1 to 64 elements, found none/);
  });

  it('hold the command, of which nothing is read here', () => {
    const content = Uint8Array.of(1, 2, 3);
    const { extension: found, critical } = readWith(
      extension(EXTENSION_OID, [content], { critical: der.boolean(true) }),
    );
    assert.deepEqual([...(found ?? [])], [...content]);
    assert.deepEqual(critical, [EXTENSION_OID]);
  });

  it('may be any, of which the critical ones are listed', () => {
    const critical = der.boolean(true);
    const { critical: found } = readWith(
      extension('1.2.3', der.nothing(), { critical }),
      extension('1.2.4', der.nothing()),
      extension('1.2.5', der.nothing(), { critical: der.boolean(false) }),
    );
    assert.deepEqual(found, ['1.2.3']);
  });

  it('are each there once, and 64 at most', () => {
    const twice = [extension('1.2.3', der.nothing()), extension('1.2.3', der.nothing())];
    assertRefused({ extensions: twice }, /expected one extension 1.2.3, found two/);
    const many = (count: number): der.Encoded[] =>
      Array.from({ length: count }, (_, index) => extension(`1.2.${index}`, der.nothing()));
    assert.equal(readWith(...many(64)).version, 3);
    assertRefused({ extensions: many(65) }, /expected at most 64 elements, found more/);
  });

  it('hold nothing behind what they say', () => {
    const value = [...bitString(7, 0x80), ...der.nothing()];
    assertRefused({ extensions: [extension(OID.keyUsage, value)] }, /expected the end/);
  });
});

function latin1(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1');
}
