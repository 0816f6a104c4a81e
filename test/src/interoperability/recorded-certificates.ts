import { decodeExtension } from '@albatross/wire';
import assert from 'node:assert/strict';
import { buildCertificate } from '../../../libs/pki/src/build-certificate.ts';
import { readCertificate, type Certificate } from '../../../libs/pki/src/certificate.ts';
import { issue, type Purpose } from '../../../libs/pki/src/issue.ts';
import { rootExtensions } from '../../../libs/pki/src/issued-extensions.ts';
import { issuerOf, type Issuer } from '../../../libs/pki/src/issuer.ts';
import { readPemOf } from '../../../libs/pki/src/pem.ts';
import { readPrivateKey, type PrivateKey } from '../../../libs/pki/src/private-key.ts';
import { parseSerialNumber } from '../../../libs/pki/src/serial-number.ts';
import type { SigningRequest } from '../../../libs/pki/src/signing-request.ts';
import { recordedChainPem, recordedKeyPem } from './recorded.ts';

/** The first certificate of a chain. */
export function recordedCertificate(name: string): Certificate {
  return readCertificate(chainOf(name)[0] ?? assert.fail(`${name} is empty`));
}

export function chainOf(name: string): readonly Uint8Array[] {
  return readPemOf('CERTIFICATE', recordedChainPem(name), name);
}

/**
 * What we sign of this, with the key that the original signed `recorded` with, at its time and with its
 * serial number, in DER.
 */
export async function signedAs(
  recorded: Certificate,
  { subject, publicKey, command }: SigningRequest,
): Promise<Uint8Array> {
  const serial = parseSerialNumber(recorded.serial);
  assert.ok(serial !== null);
  const { notBefore, notAfter } = recorded;
  const wanted = { purpose: purposeOf(command), commonName: subject.commonName, publicKey };
  const issued = await issue(
    issuerNamed(recorded.issuer.commonName),
    { ...wanted, subject: subject.der },
    { notBefore, notAfter },
    serial,
  );
  return issued.certificates[0] ?? assert.fail('nothing was issued');
}

/** A root is signed with its own key; likewise. */
export async function rootAs(recorded: Certificate): Promise<Uint8Array> {
  const serial = parseSerialNumber(recorded.serial);
  assert.ok(serial !== null);
  const { subject, notBefore, notAfter, publicKey } = recorded;
  const parts = {
    serial,
    issuer: subject.der,
    subject: subject.der,
    validity: { notBefore, notAfter },
    publicKey: publicKey.der,
    extensions: rootExtensions(),
  };
  return await buildCertificate(parts, keyOf('authority-ed25519'));
}

/** What a certificate was asked for with, as far as it shows. */
export function askedFor({ subject, publicKey, extension }: Certificate): SigningRequest {
  const command = extension === null ? null : decodeExtension(extension);
  return { subject, publicKey: publicKey.der, command };
}

function purposeOf(command: SigningRequest['command']): Purpose {
  if (command === null) return { kind: 'server' };
  return { kind: command.kind === 'policy-add' ? 'authority' : 'leaf', command };
}

function issuerNamed(commonName: string | null): Issuer {
  const [certificate, key] =
    commonName === 'tenant'
      ? (['policies/tenant', 'tenant'] as const)
      : (['authorities/ed25519', 'authority-ed25519'] as const);
  const certificates = chainOf(certificate).map((der) => readCertificate(der));
  return issuerOf(certificates, keyOf(key), RECORDED_AT);
}

/** When all of them were valid. */
const RECORDED_AT = Date.parse('2026-11-22T00:55:00Z');

function keyOf(name: string): PrivateKey {
  return readPrivateKey(Buffer.from(recordedKeyPem(name)), name);
}
