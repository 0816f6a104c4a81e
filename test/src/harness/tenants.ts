import type { WireCommand, WireConfig, WirePolicy } from '@albatross/wire';
import { readFileSync } from 'node:fs';
import { helloImage } from '../../../examples/hello/src/index.ts';
import {
  mint,
  type Minted,
  type MintOptions,
} from '../../../services/tls-gateway/src/testing/mint.ts';

export const POLICY: WirePolicy = {
  cpuids: [0],
  unikernels: 4n,
  memory: 256,
  block: 16,
  bridges: [],
};

/** An authority with a policy of its own: 4 unikernels, 256 MiB, CPU 0 and 16 MiB of blocks, if not told otherwise. */
export function mintTenant(
  label: string,
  issuer: Minted,
  limits: Partial<WirePolicy> = {},
  options: MintOptions = {},
): Minted {
  const command = { kind: 'policy-add', policy: { ...POLICY, ...limits } } as const;
  return mint(label, issuer, { isAuthority: true, command, ...options });
}

/** What somebody shows who wants that done: a leaf of the first authority, and the authorities. */
export function order(
  commonName: string,
  command: WireCommand,
  ...[issuer, ...authorities]: readonly [Minted, ...(readonly Minted[])]
): readonly Minted[] {
  return [mint(commonName, issuer, { command }), issuer, ...authorities];
}

/** What most tests want done with names and paths. */
export const INFO: WireCommand = { kind: 'unikernel-info', form: 'newest' };
export const DESTROY: WireCommand = { kind: 'unikernel-destroy' };
export const RESTART: WireCommand = { kind: 'unikernel-restart', args: null };
export const POLICY_INFO: WireCommand = { kind: 'policy-info' };
export const BLOCK_INFO: WireCommand = { kind: 'block-info' };
export const INACTIVE: WireCommand = { kind: 'console-list-inactive' };
export const STATS: WireCommand = { kind: 'stats-subscribe' };

export const get = (level: number): WireCommand => ({ kind: 'unikernel-get', level });

/** The last so many lines, and those to come. */
export const subscribe = (lines: bigint): WireCommand => ({
  kind: 'console-subscribe',
  from: { kind: 'count', lines },
});

/** Our own guest with these words, its image in the command: 16 MiB on CPU 0. */
export function create(words: readonly string[], config: Partial<WireConfig> = {}): WireCommand {
  return { kind: 'unikernel-create', config: { ...HELLO, arguments: words, ...config } };
}

const HELLO: WireConfig = {
  typ: 'solo5',
  compressed: false,
  image: readFileSync(helloImage('spt')),
  startup: null,
  addName: false,
  fail: { kind: 'quit' },
  cpuids: [0],
  memory: 16,
  blocks: [],
  nets: [],
  arguments: [],
  vcpus: 1,
  linuxBoot: null,
};
