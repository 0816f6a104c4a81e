import * as fc from 'fast-check';
import type { WireArgs } from '../command/restart-args.ts';
import type { WireBlock, WireNet } from '../devices.ts';
import type { WirePolicy } from '../policy.ts';
import type { WireConfig, WireFail } from '../unikernel-config.ts';
import { bytes, integer, list, mac, maybe, number, numbers, text } from './arbitrary-values.ts';

const block: fc.Arbitrary<WireBlock> = fc.record({
  name: text,
  device: maybe(text),
  sectorSize: maybe(number),
});

const net: fc.Arbitrary<WireNet> = fc.record({ name: text, bridge: maybe(text), mac: maybe(mac) });

export const fail: fc.Arbitrary<WireFail> = fc.oneof(
  fc.constant({ kind: 'quit' } as const),
  numbers.map((codes) => ({ kind: 'restart', codes }) as const),
);

const argsModel = {
  startup: maybe(number),
  addName: fc.boolean(),
  fail,
  cpuids: numbers,
  memory: number,
  blocks: list(block),
  nets: list(net),
  arguments: list(text),
  vcpus: number,
  linuxBoot: maybe(text),
};

/** Any that the original could hold, as long as its numbers have 53 bits. */
export const config: fc.Arbitrary<WireConfig> = fc.record({
  ...argsModel,
  typ: fc.constantFrom('solo5', 'bhyve'),
  compressed: fc.boolean(),
  image: bytes,
});

export const args: fc.Arbitrary<WireArgs> = fc.record(argsModel);

export const policy: fc.Arbitrary<WirePolicy> = fc.record({
  cpuids: numbers,
  unikernels: integer,
  memory: number,
  block: maybe(number),
  bridges: fc.uniqueArray(text, { maxLength: 4 }).map((bridges) => bridges.toSorted()),
});
