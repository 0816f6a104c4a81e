import type { Certificate, RevocationList, SigningRequest } from '@albatross/pki';
import { Failure } from '@albatross/shared/contracts/failures';
import { WireError } from '@albatross/wire';
import type { Pki } from '../issuing.ts';

/** What somebody wants explained. */
export type Material =
  | { readonly kind: 'request'; readonly request: SigningRequest }
  /** In the order in which they stand there: first the one that is shown, then others of its chain. */
  | {
      readonly kind: 'chain';
      readonly first: Certificate;
      readonly others: readonly Certificate[];
    };

/**
 * Throws `IssueError` `FILE_UNREADABLE` or `REQUEST_MALFORMED`, or a `Failure` `CERTIFICATE_INVALID`.
 */
export async function readMaterial(pki: Pki, file: string): Promise<Material> {
  const blocks = await readBlocks(pki, file);
  const [first, ...others] = blocks.filter(({ label }) => label === 'CERTIFICATE');
  if (first !== undefined) {
    const read = (der: Uint8Array, index: number): Certificate =>
      readOne(pki, der, `${file}, certificate ${index + 1}`);
    return {
      kind: 'chain',
      first: read(first.bytes, 0),
      others: others.map(({ bytes }, index) => read(bytes, index + 1)),
    };
  }
  const request = blocks.find(({ label }) => label === 'CERTIFICATE REQUEST');
  if (request !== undefined)
    return { kind: 'request', request: pki.readSigningRequest(request.bytes) };
  const [found] = blocks;
  const has = found === undefined ? 'nothing in PEM' : `one that says ${found.label}`;
  throw noCertificate(
    file,
    `it takes a block that says CERTIFICATE or CERTIFICATE REQUEST, and there is ${has}`,
  );
}

/** Throws `IssueError` `FILE_UNREADABLE`, or a `Failure` `REVOCATION_LIST_FOREIGN`. */
export async function readLists(pki: Pki, file: string): Promise<readonly RevocationList[]> {
  const bytes = await pki.readWhole(file);
  try {
    return pki.readRevocationLists(bytes, file);
  } catch (error) {
    if (!(error instanceof WireError || error instanceof pki.PemError)) throw error;
    const message = `${file} is no revocation list: ${error.message}`;
    throw new Failure('REVOCATION_LIST_FOREIGN', message, { file });
  }
}

async function readBlocks(pki: Pki, file: string): Promise<ReturnType<Pki['readPem']>> {
  const text = (await pki.readWhole(file)).toString('latin1');
  try {
    return pki.readPem(text);
  } catch (error) {
    if (!(error instanceof pki.PemError)) throw error;
    throw noCertificate(file, error.message);
  }
}

function readOne(pki: Pki, der: Uint8Array, where: string): Certificate {
  try {
    return pki.readCertificate(der);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw noCertificate(where, error.message);
  }
}

function noCertificate(where: string, why: string): Failure {
  return new Failure('CERTIFICATE_INVALID', `${where} cannot be read: ${why}`);
}
