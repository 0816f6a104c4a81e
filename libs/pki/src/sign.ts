import { checkApart, checkReplaceable } from './certificate-target.ts';
import { addIssued, checkDatabase } from './issued-database.ts';
import { readWhole, replaceFile } from './durable-file.ts';
import { IssueError } from './issue-error.ts';
import { issue, type Issued, type Purpose } from './issue.ts';
import { openIssuer, type Issuer, type IssuerFiles } from './issuer.ts';
import { PemError, readPemOf } from './pem.ts';
import { readSigningRequest, type SigningRequest } from './signing-request.ts';
import { validForDays } from './validity.ts';
import { writeCertificates } from './write-pem.ts';
import { join } from 'node:path';

export interface SignOptions extends IssuerFiles {
  readonly databaseFile: string;
  /** A signing request, in PEM. */
  readonly requestFile: string;
  /** Where the certificate is put. */
  readonly folder: string;
  /** Null for as long as is usual: a year for authorities and servers, a day for one command. */
  readonly days: number | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface SignedRequest extends Issued {
  /** Which has the certificate in it, and what has to be shown with it. */
  readonly file: string;
}

const CERTIFICATE_FILE_MODE = 0o644;

/**
 * Signs a request, whatever the original or we made it for: with a policy, as an authority; with another
 * command, as a leaf; with none, as a server. It is in the database before there is a certificate, which
 * is called by its common name, and takes the place of an earlier one for the same key, but of nothing else.
 * Throws `IssueError`.
 */
export async function sign(options: SignOptions): Promise<SignedRequest> {
  const { now, days, folder, databaseFile } = options;
  await checkDatabase(databaseFile);
  const issuer = await openIssuer(options, now);
  const request = await readRequestFile(options.requestFile);
  const issued = await signRequest(issuer, request, { days, now });
  const file = join(folder, `${issued.commonName}.pem`);
  checkApart(file, [options.certificateFile, databaseFile, options.keyFile, options.requestFile]);
  await checkReplaceable(file, request.publicKey);
  await addIssued(databaseFile, issued);
  await replaceFile(file, writeCertificates(issued.certificates), CERTIFICATE_FILE_MODE);
  return { ...issued, file };
}

/** The same without files. */
export async function signRequest(
  issuer: Issuer,
  request: SigningRequest,
  { days, now }: { readonly days: number | null; readonly now: number },
): Promise<Issued> {
  const purpose = purposeOf(request);
  const validity = validForDays(days ?? USUAL_DAYS[purpose.kind], now);
  const { subject, publicKey } = request;
  const wanted = { purpose, commonName: subject.commonName, subject: subject.der, publicKey };
  return await issue(issuer, wanted, validity);
}

const USUAL_DAYS = { authority: 365, leaf: 1, server: 365 } as const;

function purposeOf({ command }: SigningRequest): Purpose {
  if (command === null) return { kind: 'server' };
  return { kind: command.kind === 'policy-add' ? 'authority' : 'leaf', command };
}

/** Throws `IssueError` `FILE_UNREADABLE` or `REQUEST_MALFORMED`. */
async function readRequestFile(path: string): Promise<SigningRequest> {
  const text = (await readWhole(path)).toString('latin1');
  return readSigningRequest(requestIn(text, path));
}

function requestIn(text: string, path: string): Uint8Array {
  try {
    const [request, another] = readPemOf('CERTIFICATE REQUEST', text, path);
    if (request !== undefined && another === undefined) return request;
    throw new PemError(`${path} has several requests in it`);
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw new IssueError('REQUEST_MALFORMED', error.message, { cause: error });
  }
}
