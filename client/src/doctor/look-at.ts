import { readdir, stat } from 'node:fs/promises';

/** A path, links followed. */
export type Looked =
  | {
      readonly kind: 'there';
      readonly type: 'file' | 'folder' | 'device' | 'other';
      /** The nine bits of who may do what. */
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | { readonly kind: 'missing' }
  /** `code` as in EACCES. */
  | { readonly kind: 'hidden'; readonly code: string };

/** Opens nothing: what is opened may block, or load a driver. Never throws. */
export async function lookAt(path: string): Promise<Looked> {
  try {
    const found = await stat(path);
    const type = found.isFile()
      ? 'file'
      : found.isDirectory()
        ? 'folder'
        : found.isCharacterDevice()
          ? 'device'
          : 'other';
    return { kind: 'there', type, mode: found.mode & 0o777, uid: found.uid, gid: found.gid };
  } catch (error) {
    return notSeen(error);
  }
}

export type Listed =
  | { readonly kind: 'there'; readonly names: readonly string[] }
  | Exclude<Looked, { readonly kind: 'there' }>;

/** Sorted. Never throws. */
export async function listFolder(path: string): Promise<Listed> {
  try {
    return { kind: 'there', names: (await readdir(path)).toSorted() };
  } catch (error) {
    return notSeen(error);
  }
}

function notSeen(error: unknown): Exclude<Looked, { readonly kind: 'there' }> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'hidden', code };
}
