import type { WireCommand } from '@albatross/wire';
import { join } from 'node:path';
import { parseCommonName } from './common-name.ts';
import { replaceFile } from './durable-file.ts';
import { keyInFile } from './key-file.ts';
import type { KeyType } from './key-type.ts';
import { buildSigningRequest } from './signing-request.ts';
import { writePem } from './write-pem.ts';

export interface RequestOptions {
  /** A label, or "." for the path of whoever signs it; for a server, its name. */
  readonly commonName: string;
  /** Null asks for the certificate of a server. */
  readonly command: WireCommand | null;
  readonly folder: string;
  /** Null takes a key that is there as it is, and makes an ed25519 one. */
  readonly keyType: KeyType | null;
}

export interface RequestFiles {
  readonly keyFile: string;
  readonly requestFile: string;
}

const REQUEST_FILE_MODE = 0o644;

/**
 * Writes `<common name>.req`, and `<common name>.key` unless it is there. Throws `IssueError`: `NAME_INVALID`,
 * or what `keyInFile` and `replaceFile` throw.
 */
export async function writeRequestFile(options: RequestOptions): Promise<RequestFiles> {
  const commonName = parseCommonName(options.commonName);
  const keyFile = join(options.folder, `${commonName}.key`);
  const requestFile = join(options.folder, `${commonName}.req`);
  const key = await keyInFile(keyFile, options.keyType);
  const request = await buildSigningRequest(commonName, options.command, key);
  await replaceFile(requestFile, writePem('CERTIFICATE REQUEST', request), REQUEST_FILE_MODE);
  return { keyFile, requestFile };
}
