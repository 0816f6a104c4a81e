import type * as library from '@albatross/pki';
import { Failure } from '@albatross/shared/contracts/failures';
import { createPublicKey } from 'node:crypto';
import { lstat, open } from 'node:fs/promises';
import { resolve } from 'node:path';

export type Pki = typeof library;

/**
 * Does what needs certificates. Their library is loaded here, not at the start: no other command needs it.
 * Throws a `Failure`, of the code of the `IssueError` that was thrown.
 */
export async function withPki<T>(work: (pki: Pki) => Promise<T>): Promise<T> {
  const pki = await import('@albatross/pki');
  try {
    return await work(pki);
  } catch (error) {
    throw error instanceof pki.IssueError ? new Failure(error.code, error.message) : error;
  }
}

/**
 * A certificate may take the place of an earlier one for the same key (a `SubjectPublicKeyInfo` in DER; null
 * for one that is yet to be made), and of nothing else: whoever asks for it chose how its file is called.
 * Throws a `Failure` `FILE_UNWRITABLE`.
 */
export async function checkReplaceable(
  pki: Pki,
  path: string,
  publicKey: Uint8Array | null,
): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  if (!found.isFile()) throw inTheWay(path, 'is no plain file');
  const [present] = await pki.readCertificates(path).catch((error: unknown) => {
    throw error instanceof pki.IssueError ? inTheWay(path, 'is no certificate') : error;
  });
  if (present !== undefined && isSameKey(present.publicKey.der, publicKey)) return;
  throw inTheWay(path, 'is the certificate of another key');
}

/** Throws a `Failure` `USAGE_INVALID` when a file that is written is one that is needed. */
export function checkApart(path: string, others: readonly string[]): void {
  if (!others.some((other) => resolve(other) === resolve(path))) return;
  throw new Failure('USAGE_INVALID', `${path} would be overwritten; nothing was written`, {
    file: path,
  });
}

/**
 * Lines are added to a database: not to a file that was named by mistake. What it begins with tells them
 * apart. Throws a `Failure` `USAGE_INVALID`; what cannot be read is for whoever reads all of it.
 */
export async function checkDatabase(path: string): Promise<void> {
  const head = await readHead(path).catch(() => '');
  if (/^[0-9a-z]*(?: |\n|$)/.test(head)) return;
  const right = 'its lines have a serial number and a name';
  throw new Failure('USAGE_INVALID', `${path} is no database of certificates: ${right}`, {
    file: path,
  });
}

/** As RFC 3339 has it, in seconds. */
export function timeText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

const HEAD_LENGTH = 64;

async function readHead(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_LENGTH), 0, HEAD_LENGTH, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function isSameKey(one: Uint8Array, other: Uint8Array | null): boolean {
  try {
    return other !== null && keyOf(one).equals(keyOf(other));
  } catch {
    return false;
  }
}

function keyOf(der: Uint8Array) {
  return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
}

function inTheWay(path: string, why: string): Failure {
  const remedy = 'move it away, or work in another folder';
  return new Failure('FILE_UNWRITABLE', `${path} is there already, and ${why}; ${remedy}`, {
    file: path,
  });
}
