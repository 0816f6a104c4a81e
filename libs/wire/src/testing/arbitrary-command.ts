import * as fc from 'fast-check';
import type { WireCommand } from '../command/command.ts';
import { args, config, policy } from './arbitrary-config.ts';
import { bytes, integer, list, maybe, number, text, time } from './arbitrary-values.ts';

type Kind = WireCommand['kind'];

/** One for each kind: another command, and this does not compile. */
const ofKind: { readonly [K in Kind]: fc.Arbitrary<Extract<WireCommand, { kind: K }>> } = {
  'console-add': fc.record({ kind: fc.constant('console-add'), unikernels: integer }),
  'console-subscribe': fc.record({
    kind: fc.constant('console-subscribe'),
    from: fc.oneof(
      fc.record({ kind: fc.constant('since' as const), at: time }),
      fc.record({ kind: fc.constant('count' as const), lines: integer }),
    ),
  }),
  'console-list-inactive': fc.constant({ kind: 'console-list-inactive' }),
  'stats-add': fc.record({
    kind: fc.constant('stats-add'),
    vmmDevice: text,
    pid: number,
    taps: list(fc.record({ bridge: text, tap: text })),
  }),
  'stats-remove': fc.constant({ kind: 'stats-remove' }),
  'stats-subscribe': fc.constant({ kind: 'stats-subscribe' }),
  'stats-initial': fc.constant({ kind: 'stats-initial' }),
  'unikernel-info': fc.record({
    kind: fc.constant('unikernel-info'),
    form: fc.constantFrom('newest', 'info-5', 'info-4'),
  }),
  'unikernel-create': fc.record({ kind: fc.constant('unikernel-create'), config }),
  'unikernel-force-create': fc.record({ kind: fc.constant('unikernel-force-create'), config }),
  'unikernel-restart': fc.record({ kind: fc.constant('unikernel-restart'), args: maybe(args) }),
  'unikernel-destroy': fc.constant({ kind: 'unikernel-destroy' }),
  'unikernel-get': fc.record({ kind: fc.constant('unikernel-get'), level: number }),
  'policy-info': fc.constant({ kind: 'policy-info' }),
  'policy-add': fc.record({ kind: fc.constant('policy-add'), policy }),
  'policy-remove': fc.constant({ kind: 'policy-remove' }),
  'block-info': fc.constant({ kind: 'block-info' }),
  'block-add': fc.record({ kind: fc.constant('block-add'), size: number }),
  'block-remove': fc.constant({ kind: 'block-remove' }),
  'block-set': fc.record({ kind: fc.constant('block-set'), compressed: fc.boolean() }),
  'block-dump': fc.record({ kind: fc.constant('block-dump'), level: number }),
  'block-old-add': fc.record({
    kind: fc.constant('block-old-add'),
    size: number,
    compressed: fc.boolean(),
    data: maybe(bytes),
  }),
  'block-old-set': fc.record({
    kind: fc.constant('block-old-set'),
    compressed: fc.boolean(),
    data: bytes,
  }),
  'block-old-dump': fc.record({ kind: fc.constant('block-old-dump'), level: number }),
};

export const command: fc.Arbitrary<WireCommand> = fc.oneof(...Object.values(ofKind));
