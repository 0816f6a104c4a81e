import { Failure } from '@albatross/shared/contracts/failures';
import { CPU_MAX, INTERFACE_NAME } from '@albatross/shared/domain/device';
import { isPathName, type PathName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import {
  POLICY_MIB_MAX,
  POLICY_UNIKERNELS_MAX,
  whyUnusable,
} from '@albatross/shared/domain/read-policy';
import { readName } from './arguments.ts';

/** A path; where only a path can be meant, the colon at its end may be left out. */
export function readPath(text: string): PathName {
  const name = readName(text);
  return isPathName(name) ? name : (readName(`${name}:`) as PathName);
}

export function readUnikernels(text: string): number {
  return whole('UNIKERNELS', text, 1, POLICY_UNIKERNELS_MAX);
}

/** Little memory is refused here, as by the original's client; its server takes any, as does ours. */
export function readPolicyMemory(text: string): number {
  const memoryMib = whole('--mem', text, 1, POLICY_MIB_MAX);
  const why = whyUnusable({ memoryMib });
  if (why !== null) throw new Failure('POLICY_INVALID', why);
  return memoryMib;
}

/** 0 is none. */
export function readPolicyBlock(text: string): number {
  return whole('--block', text, 0, POLICY_MIB_MAX);
}

/** For an option that may be given several times; the first one replaces the default. */
export function collectCpu(text: string, before: readonly number[] | undefined): readonly number[] {
  return [...(before ?? []), whole('--cpu', text, 0, CPU_MAX)];
}

export function collectBridge(
  text: string,
  before: readonly string[] | undefined,
): readonly string[] {
  if (INTERFACE_NAME.test(text)) return [...(before ?? []), text];
  throw new Failure(
    'POLICY_INVALID',
    `--bridge is the name of an interface, up to 15 letters, digits, "_", "." and "-"; ${JSON.stringify(text)} is not`,
  );
}

/** Limits as the command line has them. */
export interface PolicyFlags {
  readonly mem: number;
  readonly cpu?: readonly number[];
  readonly block?: number;
  readonly size?: number;
  readonly bridge?: readonly string[];
  readonly network?: readonly string[];
}

export function policyOf(unikernels: number, flags: PolicyFlags): Policy {
  return {
    unikernels,
    memoryMib: flags.mem,
    cpus: flags.cpu ?? [0],
    blockMib: flags.block ?? flags.size ?? null,
    bridges: [...(flags.network ?? []), ...(flags.bridge ?? [])],
  };
}

function whole(what: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Failure(
    'POLICY_INVALID',
    `${what} is a whole number from ${least} to ${most}; ${JSON.stringify(text)} is not`,
  );
}
