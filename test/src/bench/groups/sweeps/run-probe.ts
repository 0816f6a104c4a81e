import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildProgram } from '../../../../../deploy/foreground/src/programs.ts';
import { compileC } from '../../compile-c.ts';
import { outputInOwnNetwork } from './own-network.ts';

interface Probe {
  /** A module that prints one line of JSON. */
  readonly source: URL;
  /** What it starts, in C, each to be in its folder without the `.c`. */
  readonly programs: readonly URL[];
}

/** Every probe starts these. */
export const CROWD_PROGRAMS = ['sleepers.c', 'read-loop.c'].map(
  (source) => new URL(source, import.meta.url),
);

/**
 * What a probe printed, which is told `options` and its folder as its one argument. Leaves nothing behind. Rejects
 * with the reason of `stop` when that comes first.
 */
export async function runProbe(
  { source, programs }: Probe,
  options: object,
  stop: AbortSignal,
): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'albatross-sweeps-'));
  try {
    for (const program of programs)
      await compileC(fileURLToPath(program), join(folder, basename(program.pathname, '.c')));
    // As services are built: what runs sources puts calls of its own into what is measured.
    const probe = await buildProgram(fileURLToPath(source), join(folder, 'probe.mjs'));
    const command = [execPath, probe, JSON.stringify({ ...options, folder })];
    return JSON.parse(await outputInOwnNetwork(command, { stop, folder }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
