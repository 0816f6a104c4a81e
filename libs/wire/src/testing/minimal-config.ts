import type { WireArgs } from '../command/restart-args.ts';
import type { WireConfig } from '../unikernel-config.ts';

export const MINIMAL_ARGS: WireArgs = {
  startup: null,
  addName: true,
  fail: { kind: 'quit' },
  cpuids: [0],
  memory: 32,
  blocks: [],
  nets: [],
  arguments: [],
  vcpus: 1,
  linuxBoot: null,
};

/** What is said of a unikernel when nothing is asked for. */
export const MINIMAL: WireConfig = {
  ...MINIMAL_ARGS,
  typ: 'solo5',
  compressed: false,
  image: new Uint8Array(),
};
