import { makeFile, readIfPresent, readWhole } from './durable-file.ts';
import { IssueError } from './issue-error.ts';
import { describeKey, isOfType, KEY_TYPE_DEFAULT, type KeyType } from './key-type.ts';
import {
  generatePrivateKey,
  privateKeyPem,
  readPrivateKey,
  type PrivateKey,
} from './private-key.ts';

/** Only its owner reads it, and nobody writes it: a key is made once. */
export const KEY_FILE_MODE = 0o400;
/** RSA keys of 16,384 bits have 13 KiB. */
export const KEY_FILE_BYTES_MAX = 65_536;

/** Throws `IssueError` `FILE_UNREADABLE` or `KEY_INVALID`. */
export async function readKeyFile(path: string): Promise<PrivateKey> {
  return readPrivateKey(await readWhole(path, KEY_FILE_BYTES_MAX), path);
}

/** The same; null when there is no such file. */
export async function readKeyIfPresent(path: string): Promise<PrivateKey | null> {
  const present = await readIfPresent(path, KEY_FILE_BYTES_MAX);
  return present === null ? null : readPrivateKey(present, path);
}

/**
 * The key of a file; a new one where there is no file. A key that is there is never replaced: it may be one
 * that certificates were issued for. `type` null takes whatever is there.
 * Throws `IssueError`: `KEY_MISMATCH` when it is of another type, or as `readKeyFile` and `makeFile` do.
 */
export async function keyInFile(path: string, type: KeyType | null): Promise<PrivateKey> {
  const present = await readKeyIfPresent(path);
  if (present !== null) return expecting(present, type, path);
  const key = await generatePrivateKey(type ?? KEY_TYPE_DEFAULT);
  const isMade = await makeFile(path, privateKeyPem(key), KEY_FILE_MODE);
  // Somebody else made one meanwhile: all go on with the same.
  return isMade ? key : expecting(await readKeyFile(path), type, path);
}

function expecting(key: PrivateKey, type: KeyType | null, path: string): PrivateKey {
  if (type === null || isOfType(key.key, type)) return key;
  const found = `${path} is there already, and holds ${describeKey(key.key)}, not ${type}`;
  throw new IssueError('KEY_MISMATCH', `${found}; ask for that, or put it elsewhere`);
}
