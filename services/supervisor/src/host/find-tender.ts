import { Failure } from '@albatross/shared/contracts/failures';
import { isTenderTarget, TENDERS, type TenderTarget } from '@albatross/shared/domain/unikernel';
import { findProgram } from '@albatross/shared/runtime/find-program';
import type { Target } from '@albatross/solo5';
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Tender } from './host.ts';

export const VERSION_DEADLINE_MS = 5_000;

/** Finds tenders where the original does: our own folder, then PATH, a version of its own before the plain one. */
export class TenderFinder {
  readonly #folders: readonly string[];
  /** ABI versions that `--version` printed, by path, inode and modification time. */
  readonly #versions = new Map<string, Promise<number | null>>();

  constructor(options: { readonly stateFolder: string; readonly path: string }) {
    this.#folders = [options.stateFolder, ...options.path.split(':').filter((f) => f !== '')];
  }

  /** Throws a `Failure`. */
  async find(target: Target, abiVersion: number): Promise<Tender> {
    if (!isTenderTarget(target)) {
      const known = Object.keys(TENDERS).join(', ');
      throw new Failure(
        'IMAGE_TARGET_UNSUPPORTED',
        `the image is built for ${target}; this host runs images built for ${known}`,
        { target },
      );
    }
    const names = candidates(target, abiVersion);
    for (const name of names) {
      const path = findProgram(name, this.#folders);
      if (path !== null) return await this.#checked(target, path, abiVersion);
    }
    throw new Failure(
      'TENDER_NOT_FOUND',
      `${names.join(' or ')} is not installed; ${INSTALL[target]}`,
      {
        target,
        abiVersion,
        lookedFor: names,
        lookedIn: this.#folders,
      },
    );
  }

  async #checked(target: TenderTarget, path: string, abiVersion: number): Promise<Tender> {
    if (target === 'virtio') return { target, path };
    const { ino, mtimeMs } = statSync(path);
    const key = `${path} ${ino} ${mtimeMs}`;
    const version = this.#versions.get(key) ?? askVersion(path);
    this.#versions.set(key, version);
    const found = await version;
    // It may only have been too busy to answer.
    if (found === null) this.#versions.delete(key);
    if (found === abiVersion) return { target, path };
    const speaks = found === null ? 'does not say its ABI version' : `speaks ABI version ${found}`;
    throw new Failure('TENDER_UNUSABLE', `${path} ${speaks}; the image wants ${abiVersion}`, {
      path,
      wanted: abiVersion,
      found,
    });
  }
}

const INSTALL = {
  hvt: 'install it from https://github.com/Solo5/solo5 into a folder of PATH',
  spt: 'install it from https://github.com/Solo5/solo5 into a folder of PATH',
  virtio: 'install it with: apt-get install qemu-system-x86',
} as const;

function candidates(target: TenderTarget, abiVersion: number): readonly string[] {
  const name = TENDERS[target];
  return target === 'virtio' ? [name] : [`${name}.${abiVersion}`, name];
}

/** A tender prints, on stderr, one line `ABI version N`. */
async function askVersion(path: string): Promise<number | null> {
  try {
    const { stdout, stderr } = await promisify(execFile)(path, ['--version'], {
      timeout: VERSION_DEADLINE_MS,
      killSignal: 'SIGKILL',
    });
    const line = /^ABI version (\d+)$/m.exec(stdout + stderr);
    return line?.[1] === undefined ? null : Number(line[1]);
  } catch {
    return null;
  }
}
