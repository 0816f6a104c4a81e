import { decodeExtension } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildCertificate } from './build-certificate.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { nameOf, parseCommonName } from './common-name.ts';
import { issue, type Purpose } from './issue.ts';
import { rootExtensions } from './issued-extensions.ts';
import { issuerOf, type Issuer } from './issuer.ts';
import { KEY_TYPES } from './key-type.ts';
import { generatePrivateKey } from './private-key.ts';
import { parseSerialNumber, type SerialNumber } from './serial-number.ts';
import {
  chainsIn,
  RECORDED_AT,
  recordedCertificate,
  recordedChain,
} from './testing/recorded-chains.ts';
import { recordedKey } from './testing/recorded-requests.ts';

/** An authority of the original, which signs for us. */
function recordedIssuer(chain: string, key: string): Issuer {
  const certificates = recordedChain(chain).map((der) => readCertificate(der));
  return issuerOf(certificates, recordedKey(key), RECORDED_AT);
}

/** The same certificate once more, made by us. */
async function madeAgain(certificate: Certificate, issuer: Issuer): Promise<Certificate> {
  const { notBefore, notAfter, subject, commonName, publicKey } = certificate;
  const wanted = { purpose: purposeOf(certificate), commonName, subject: subject.der };
  const [der = new Uint8Array()] = (
    await issue(
      issuer,
      { ...wanted, publicKey: publicKey.der },
      { notBefore, notAfter },
      serialOf(certificate),
    )
  ).certificates;
  return readCertificate(der);
}

function serialOf({ serial }: Certificate): SerialNumber {
  const read = parseSerialNumber(serial);
  assert.ok(read !== null);
  return read;
}

function purposeOf({ extension, basicConstraints }: Certificate): Purpose {
  if (extension === null) return { kind: 'server' };
  const kind = basicConstraints?.isAuthority === true ? 'authority' : 'leaf';
  return { kind, command: decodeExtension(extension) };
}

function assertSame(made: Certificate, recorded: Certificate, what: string): void {
  assert.ok(Buffer.from(made.der).equals(recorded.der), what);
}

/** A signature with a random number in it is another each time. */
function assertSameContent(made: Certificate, recorded: Certificate, what: string): void {
  assert.ok(Buffer.from(made.signature.content).equals(recorded.signature.content), what);
}

describe('a certificate is byte for byte what the original issued', () => {
  const root = recordedIssuer('authorities/ed25519', 'authority-ed25519');
  const tenant = recordedIssuer('policies/tenant', 'tenant');
  const sub = recordedIssuer('policies/sub-of-tenant', 'sub-of-tenant');
  const issuers: Readonly<Record<string, Issuer>> = { ca: root, tenant, sub };

  for (const folder of ['leaves', 'sent'])
    it(`to a leaf, as in ${folder}`, async () => {
      let count = 0;
      for (const { name } of chainsIn(folder)) {
        const recorded = recordedCertificate(name);
        const issuer = issuers[recorded.issuer.commonName ?? ''];
        const isOfOthers = /under-(p|rsa)/.test(name);
        if (issuer === undefined || isOfOthers) continue;
        assertSame(await madeAgain(recorded, issuer), recorded, name);
        count += 1;
      }
      assert.ok(count >= 45, `${count}`);
    });

  it('to an authority', async () => {
    for (const { name } of chainsIn('policies')) {
      const recorded = recordedCertificate(name);
      const issuer = recorded.issuer.commonName === 'ca' ? root : tenant;
      assertSame(await madeAgain(recorded, issuer), recorded, name);
    }
  });

  for (const type of KEY_TYPES)
    it(`to a root and its server of the type ${type}`, async () => {
      const recorded = recordedCertificate(`authorities/${type}`);
      const { notBefore, notAfter, subject, publicKey } = recorded;
      const serial = serialOf(recorded);
      const whose = { issuer: subject.der, subject: subject.der, publicKey: publicKey.der };
      const parts = { ...whose, serial, validity: { notBefore, notAfter } };
      const key = recordedKey(`authority-${type}`);
      const made = readCertificate(
        await buildCertificate({ ...parts, extensions: rootExtensions() }, key),
      );
      const server = recordedCertificate(`servers/${type}`);
      const issuer = issuerOf([made], key, RECORDED_AT);
      const compare = type.startsWith('p') ? assertSameContent : assertSame;
      compare(made, recorded, type);
      compare(await madeAgain(server, issuer), server, type);
    });

  it('to a leaf of authorities with other keys, but for signatures that are others each time', async () => {
    for (const type of ['rsa2048', 'p256', 'p384', 'p521']) {
      const issuer = recordedIssuer(`policies/tenant-${type}`, `tenant-${type}`);
      const recorded = recordedCertificate(`leaves/info-hello-${type}-under-${type}`);
      const compare = type === 'rsa2048' ? assertSame : assertSameContent;
      compare(await madeAgain(recorded, issuer), recorded, type);
    }
  });
});

describe('a certificate', () => {
  it('repeats the name of its issuer as it stands there, whatever it is made of', async () => {
    const key = await generatePrivateKey('ed25519');
    // PrintableString, TeletexString, BMPString, and two attributes in one part.
    for (const name of [
      '300d310b3009060355040313026361',
      '300f310d300b060355040314046361e966',
      '3018310b30090603550403130263613109300706035504071e00',
      '3018311630090603550403130263613009060355040a0c027a7a',
    ]) {
      const subject = Buffer.from(name, 'hex');
      const serial = parseSerialNumber('01');
      assert.ok(serial !== null);
      const validity = { notBefore: RECORDED_AT - 1000, notAfter: RECORDED_AT + 1000 };
      const parts = { serial, issuer: subject, validity, subject, publicKey: key.publicKey };
      const root = await buildCertificate({ ...parts, extensions: rootExtensions() }, key);
      const issuer = issuerOf([readCertificate(root)], key, RECORDED_AT);
      const wanted = { purpose: { kind: 'server' }, commonName: 'server' } as const;
      const own = { subject: nameOf(parseCommonName('server')), publicKey: key.publicKey };
      const issued = await issue(issuer, { ...wanted, ...own }, validity);
      const certificate = readCertificate(issued.certificates[0] ?? new Uint8Array());
      assert.deepEqual(Buffer.from(certificate.issuer.der), subject);
    }
  });
});
