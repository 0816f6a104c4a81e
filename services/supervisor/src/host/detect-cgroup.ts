import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Cgroups } from './cgroups.ts';

/** Our own, below the one that is ours to divide. */
const LEAF = 'supervisor';
/** Against 100 of each life: however busy they are, they can be ended. */
const OWN_CPU_WEIGHT = 1000;

export type CgroupFinding =
  | { readonly kind: 'usable'; readonly cgroups: Cgroups }
  | { readonly kind: 'unusable'; readonly why: string };

export interface CgroupPlaces {
  readonly root: string;
  readonly selfCgroupFile: string;
  readonly pid: number;
}

/**
 * Looks whether the cgroup we were started in was given to us to divide, and divides it: we move into a leaf
 * of it, because a cgroup with processes of its own cannot give controllers to those below. Synchronous, for
 * it must be done before anything is started. Changes nothing where it is unusable.
 */
export function detectCgroup({
  root = '/sys/fs/cgroup',
  selfCgroupFile = '/proc/self/cgroup',
  pid = process.pid,
}: Partial<CgroupPlaces> = {}): CgroupFinding {
  try {
    const own = ownCgroup(readFileSync(selfCgroupFile, 'utf8'));
    if (own === null) return unusable('this host has no cgroups of version 2');
    const isInLeaf = basename(own) === LEAF;
    const base = join(root, isInLeaf ? dirname(own) : own);
    const controllers = controllersOf(base);
    if (controllers === null) return unusable(`there is no ${base}/cgroup.controllers`);
    if (!controllers.includes('memory'))
      return unusable(`the controller "memory" was not given to ${base}`);
    const others = processesIn(base).filter((one) => one !== pid);
    if (others.length > 0)
      return unusable(`${base} is not ours alone: process ${others[0]} is in it too`);
    if (!isInLeaf) moveIntoLeaf(base, pid);
    const wanted = ['memory', 'cpu'].filter((one) => controllers.includes(one));
    const given = giveToChildren(base, wanted);
    if (given !== null) {
      if (!isInLeaf) moveBack(base, pid);
      return unusable(given);
    }
    if (wanted.includes('cpu'))
      writeFileSync(join(base, LEAF, 'cpu.weight'), `${OWN_CPU_WEIGHT}\n`);
    return { kind: 'usable', cgroups: new Cgroups(base) };
  } catch (error) {
    return unusable(error instanceof Error ? error.message : String(error));
  }
}

function unusable(why: string): CgroupFinding {
  return { kind: 'unusable', why };
}

/**
 * ```text
 * 4:memory:/somewhere            version 1
 * 0::/system.slice/x.service     version 2
 * ```
 */
function ownCgroup(text: string): string | null {
  return /^0::(\/.*)$/m.exec(text)?.[1] ?? null;
}

/** Null where no cgroups of version 2 are mounted. */
function controllersOf(base: string): readonly string[] | null {
  try {
    return words(readFileSync(join(base, 'cgroup.controllers'), 'utf8'));
  } catch {
    return null;
  }
}

function processesIn(base: string): readonly number[] {
  return words(readFileSync(join(base, 'cgroup.procs'), 'utf8')).map(Number);
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function moveIntoLeaf(base: string, pid: number): void {
  mkdirSync(join(base, LEAF), { recursive: true });
  writeFileSync(join(base, LEAF, 'cgroup.procs'), `${pid}\n`);
}

/** As well as it can be done: whatever comes in between is not the reason why. */
function moveBack(base: string, pid: number): void {
  try {
    writeFileSync(join(base, 'cgroup.procs'), `${pid}\n`);
    rmdirSync(join(base, LEAF));
  } catch {
    // An empty leaf more or less.
  }
}

/** Null, or why it cannot be done. */
function giveToChildren(base: string, controllers: readonly string[]): string | null {
  try {
    const line = controllers.map((one) => `+${one}`).join(' ');
    writeFileSync(join(base, 'cgroup.subtree_control'), `${line}\n`);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
