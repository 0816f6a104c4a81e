import { Failure } from '@albatross/shared/contracts/failures';
import type { Life } from '@albatross/shared/domain/life';
import type { TenderTarget, UnikernelConfig } from '@albatross/shared/domain/unikernel';
import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TRANSLATION_MIB } from './qemu-command.ts';
import { isSystemError } from './system-error.ts';

/**
 * What a tender may take beside its guest's memory. solo5-spt and solo5-hvt have 2 MiB resident, and 4 under
 * traffic; the rest is for page tables and sockets, which count too. qemu has some 45 MiB, what it
 * translated, and as much again for the unforeseen.
 */
export const OVERHEAD_MIB: Readonly<Record<TenderTarget, number>> = {
  spt: 16,
  hvt: 16,
  virtio: 96 + TRANSLATION_MIB,
};

const MIB = 2 ** 20;
const LIFE_PREFIX = 'life-';

/**
 * Cgroups (version 2) of lives, so that a tender gone astray cannot take more memory than its guest was given:
 *
 * ```text
 * BASE/                 given to us
 *   supervisor/         ourselves, and keepers
 *   life-NUMBER/        one tender
 * ```
 */
export class Cgroups {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  /** Makes that of a new life. Throws a `Failure`. */
  async make(life: Life, config: Pick<UnikernelConfig, 'target' | 'memoryMib'>): Promise<void> {
    const path = this.pathOf(life);
    try {
      await mkdir(path);
      await limit(path, config);
    } catch (error) {
      await this.remove(life).catch(() => undefined);
      const why = error instanceof Error ? error.message : String(error);
      throw new Failure('TENDER_FAILED', `a cgroup for the tender could not be made: ${why}`);
    }
  }

  /** Limits what runs already anew: systemd 252 takes limits away when it starts us again. Does nothing when there is none. */
  async renew(life: Life, config: Pick<UnikernelConfig, 'target' | 'memoryMib'>): Promise<void> {
    await limit(this.pathOf(life), config).catch((error: unknown) => {
      if (!isSystemError(error, 'ENOENT')) throw error;
    });
  }

  /** Does nothing when there is none. One whose tender is not quite gone is removed another time. */
  async remove(life: Life): Promise<void> {
    await removeEmpty(this.pathOf(life));
  }

  /** Removes those that nobody is in: a supervisor that died may have left some. */
  async removeUnused(): Promise<void> {
    for (const name of await readdir(this.#base))
      if (name.startsWith(LIFE_PREFIX)) await removeEmpty(join(this.#base, name));
  }

  /** Where that of a life is, or would be. */
  pathOf(life: Life): string {
    return join(this.#base, `${LIFE_PREFIX}${life.number}`);
  }
}

async function limit(
  path: string,
  { memoryMib, target }: Pick<UnikernelConfig, 'target' | 'memoryMib'>,
): Promise<void> {
  const guestBytes = memoryMib * MIB;
  await write(path, 'memory.max', guestBytes + OVERHEAD_MIB[target] * MIB);
  // Idle guests may be swapped out; a tender gone astray may not fill the swap.
  await writeIfThere(path, 'memory.swap.max', guestBytes);
}

/** Its files are the kernel's, and go with it. */
async function removeEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'EBUSY')) throw error;
  }
}

async function write(folder: string, file: string, value: number): Promise<void> {
  await writeFile(join(folder, file), `${value}\n`);
}

/** A kernel may be without swap. */
async function writeIfThere(folder: string, file: string, value: number): Promise<void> {
  await writeFile(join(folder, file), `${value}\n`, { flag: 'r+' }).catch((error: unknown) => {
    if (!isSystemError(error, 'ENOENT')) throw error;
  });
}
