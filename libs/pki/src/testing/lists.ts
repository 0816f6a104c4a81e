import { readRevocationLists, type RevocationList } from '../revocation-list.ts';
import { writePem } from '../write-pem.ts';
import { x509Library } from '../x509-library.ts';
import { issuerKeyId, type ExtensionSet } from './extension-values.ts';
import { DAY_MS, NOW, spkiOf, type Party } from './parties.ts';

export interface ListWanted {
  readonly revoked: readonly Party[];
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  /** Whoever signs it, if that is not the issuer. */
  readonly signer?: Party;
  readonly extensions?: ExtensionSet;
  readonly entryExtensions?: ExtensionSet;
}

/** In PEM, made with @peculiar/x509. */
export async function listOf(issuer: Party, wanted: ListWanted): Promise<string> {
  const { X509CrlGenerator, Extension } = await x509Library();
  const { thisUpdate = NOW - DAY_MS, nextUpdate = NOW + DAY_MS, signer = issuer } = wanted;
  const { extensions = { issuerKeyId }, entryExtensions = {} } = wanted;
  const keys = { publicKey: await spkiOf(issuer.keys), issuerKey: await spkiOf(issuer.keys) };
  const made = (set: ExtensionSet): InstanceType<typeof Extension>[] =>
    Object.values(set).flatMap((make) => {
      if (make === null) return [];
      const { type, isCritical, value } = make(keys);
      return [new Extension(type, isCritical, value)];
    });
  const { rawData } = await X509CrlGenerator.create({
    issuer: issuer.certificate.subject.text,
    thisUpdate: new Date(thisUpdate),
    ...(nextUpdate === null ? {} : { nextUpdate: new Date(nextUpdate) }),
    signingKey: signer.keys.privateKey,
    signingAlgorithm: { ...signer.keys.privateKey.algorithm, hash: 'SHA-256' },
    entries: wanted.revoked.map(({ certificate }) => ({
      serialNumber: certificate.serial,
      revocationDate: new Date(thisUpdate),
      extensions: made(entryExtensions),
    })),
    extensions: made(extensions),
  });
  return writePem('X509 CRL', new Uint8Array(rawData));
}

export function readLists(...pem: readonly string[]): readonly RevocationList[] {
  return pem.flatMap((text) => readRevocationLists(Buffer.from(text), 'the list'));
}
