import { buildCertificate } from './build-certificate.ts';
import { nameOf, type CommonName } from './common-name.ts';
import { readIfPresent } from './durable-file.ts';
import { IssueError } from './issue-error.ts';
import { rootExtensions } from './issued-extensions.ts';
import { readCertificates } from './issuer.ts';
import { readKeyIfPresent } from './key-file.ts';
import type { PrivateKey } from './private-key.ts';
import { isSameKey } from './same-key.ts';
import { newSerialNumber } from './serial-number.ts';
import type { validForDays } from './validity.ts';

/** The certificate, in DER, by which everything below it is trusted. */
export async function buildRoot(
  name: CommonName,
  key: PrivateKey,
  validity: ReturnType<typeof validForDays>,
): Promise<Uint8Array> {
  const subject = nameOf(name);
  const serial = newSerialNumber();
  const { publicKey } = key;
  const extensions = rootExtensions();
  const parts = { serial, issuer: subject, validity, subject, publicKey, extensions };
  return await buildCertificate(parts, key);
}

/**
 * Whether a root that is there, if there is one, is of this name and of the key in that file: whoever trusts a
 * root would trust nothing below another one. Throws `IssueError` `AUTHORITY_EXISTS`.
 */
export async function checkRoot(
  { certificateFile, keyFile }: { readonly certificateFile: string; readonly keyFile: string },
  name: CommonName,
): Promise<void> {
  if ((await readIfPresent(certificateFile)) === null) return;
  const [present] = await readCertificates(certificateFile);
  const key = await readKeyIfPresent(keyFile);
  const isOfKey =
    key !== null && isSameKey(present?.publicKey.der ?? new Uint8Array(), key.publicKey);
  if (isOfKey && present?.commonName === name) return;
  const message = `${certificateFile} is that of ${present?.subject.text}, with another key or name than ${keyFile}; move it away, or make the authority in another folder`;
  throw new IssueError('AUTHORITY_EXISTS', message);
}
