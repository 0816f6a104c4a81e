import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';
import type { LifeRecord } from '@albatross/shared/domain/life';
import { livesFolder, type Folders } from '@albatross/shared/runtime/folders';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What `unikernels/<name>/config` says, as far as it is checked. */
export interface DiskRecord {
  readonly folder: string;
  readonly name: string;
  readonly desire: {
    readonly kind: 'run' | 'stop' | 'ended' | 'failed' | 'gone';
    readonly unikernel?: {
      readonly config: UnikernelConfig;
      readonly life: number;
      readonly restarts: number;
      readonly pastLives: readonly { readonly life: number }[];
    };
  };
}

/** Read here on its own account: a check that used the supervisor's reader would share its mistakes. */
export function recordsOnDisk({ state }: Folders): readonly DiskRecord[] {
  const unikernels = join(state, 'unikernels');
  return list(unikernels).map((folder) => {
    const text = readFileSync(join(unikernels, folder, 'config'), 'utf8');
    return { folder, ...JSON.parse(text) } as DiskRecord;
  });
}

/** Files in the folders of unikernels that have no business there. */
export function strayRecordFiles({ state }: Folders): readonly string[] {
  const unikernels = join(state, 'unikernels');
  return list(unikernels).flatMap((folder) =>
    list(join(unikernels, folder)).flatMap((file) =>
      file === 'config' ? [] : [`${folder}/${file}`],
    ),
  );
}

/** Null when it cannot be read. */
export function lifeOnDisk(folders: Folders, life: string): LifeRecord | null {
  try {
    return JSON.parse(readFileSync(join(livesFolder(folders), life, 'life'), 'utf8')) as LifeRecord;
  } catch {
    return null;
  }
}

export interface BlockFile {
  readonly file: string;
  readonly bytes: number;
}

export function blockFiles({ state }: Folders): readonly BlockFile[] {
  const folder = join(state, 'block');
  return list(folder)
    .filter((file) => file !== '_index.json')
    .map((file) => ({ file, bytes: statSync(join(folder, file)).size }));
}

/** Those whose name is the digest of what they hold, and those whose is not. */
export function imageFiles({ state }: Folders): {
  readonly good: string[];
  readonly bad: string[];
} {
  const folder = join(state, 'images', 'sha256');
  const [good, bad]: [string[], string[]] = [[], []];
  for (const file of list(folder)) {
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
    (digest === file ? good : bad).push(file);
  }
  return { good, bad };
}

/** Uploads under way, or left. */
export function blobFiles({ state }: Folders): readonly { file: string; ageMs: number }[] {
  const folder = join(state, 'blobs');
  return list(folder).map((file) => {
    return { file, ageMs: Date.now() - statSync(join(folder, file)).mtimeMs };
  });
}

export interface TapInterface {
  readonly name: string;
  readonly alias: string;
  readonly bridge: string;
}

/** All taps of the network this process is in. */
export function tapInterfaces(): readonly TapInterface[] {
  const folder = '/sys/class/net';
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'tun_flags')))
    .map((name) => {
      const alias = readFileSync(join(folder, name, 'ifalias'), 'utf8').trim();
      const uevent = join(folder, name, 'master', 'uevent');
      const text = existsSync(uevent) ? readFileSync(uevent, 'utf8') : '';
      return { name, alias, bridge: /^INTERFACE=(.*)$/m.exec(text)?.[1] ?? '' };
    });
}

function list(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
