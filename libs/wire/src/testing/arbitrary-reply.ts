import { name } from '@albatross/shared/domain/testing/arbitrary-name';
import * as fc from 'fast-check';
import type { WireReply } from '../reply/reply.ts';
import type { WireInfo } from '../reply/unikernel-info.ts';
import { fail, policy } from './arbitrary-config.ts';
import { bytes, list, mac, maybe, number, numbers, text, time } from './arbitrary-values.ts';

const info: fc.Arbitrary<WireInfo> = fc.record({
  typ: fc.constantFrom('solo5', 'bhyve'),
  startup: maybe(number),
  fail,
  cpuids: numbers,
  memory: number,
  digest: bytes,
  blocks: list(fc.record({ name: text, device: text, sectorSize: number, size: number })),
  nets: list(fc.record({ name: text, bridge: text, mac })),
  arguments: list(text),
  startedAt: time,
  vcpus: number,
  linuxBoot: maybe(text),
});

/** Only what there is in both of the older forms. */
const olderInfo: fc.Arbitrary<WireInfo> = fc
  .tuple(info, number)
  .map(([any, cpu]) => ({ ...any, startup: null, cpuids: [cpu], vcpus: 1, linuxBoot: null }));

type Kind = WireReply['kind'];

/** One for each kind: another reply, and this does not compile. */
const ofKind: { readonly [K in Kind]: fc.Arbitrary<Extract<WireReply, { kind: K }>> } = {
  empty: fc.constant({ kind: 'empty' }),
  string: fc.record({ kind: fc.constant('string'), text }),
  policies: fc.record({
    kind: fc.constant('policies'),
    policies: list(fc.record({ name, policy })),
  }),
  'block-devices': fc.record({
    kind: fc.constant('block-devices'),
    blocks: list(fc.record({ name, size: number, active: fc.boolean() })),
  }),
  'unikernel-image': fc.record({
    kind: fc.constant('unikernel-image'),
    compressed: fc.boolean(),
    image: bytes,
  }),
  'old-block-device-image': fc.record({
    kind: fc.constant('old-block-device-image'),
    compressed: fc.boolean(),
    image: bytes,
  }),
  'block-device-image': fc.record({
    kind: fc.constant('block-device-image'),
    compressed: fc.boolean(),
  }),
  consoles: fc.record({ kind: fc.constant('consoles'), names: list(name) }),
  'unikernel-info': fc.oneof(
    fc.record({
      kind: fc.constant('unikernel-info' as const),
      form: fc.constant('newest' as const),
      unikernels: list(fc.record({ name, info })),
    }),
    fc.record({
      kind: fc.constant('unikernel-info' as const),
      form: fc.constantFrom('info-4' as const, 'info-5' as const),
      unikernels: list(fc.record({ name, info: olderInfo })),
    }),
  ),
};

export const reply: fc.Arbitrary<WireReply> = fc.oneof(...Object.values(ofKind));
