import * as fc from 'fast-check';
import type { WireData } from '../data/data.ts';
import type { WireInterface } from '../data/interface.ts';
import type { WireKinfoMem } from '../data/kinfo-mem.ts';
import type { WireRusage } from '../data/rusage.ts';
import { bytes, int64, list, maybe, number, text, time, uint64 } from './arbitrary-values.ts';

const timeval = fc.record({ seconds: int64, microseconds: number });

const rusage: fc.Arbitrary<WireRusage> = fc.record({
  utime: timeval,
  stime: timeval,
  maxrss: uint64,
  ixrss: uint64,
  idrss: uint64,
  isrss: uint64,
  minflt: uint64,
  majflt: uint64,
  nswap: uint64,
  inblock: uint64,
  outblock: uint64,
  msgsnd: uint64,
  msgrcv: uint64,
  nsignals: uint64,
  nvcsw: uint64,
  nivcsw: uint64,
});

const mem: fc.Arbitrary<WireKinfoMem> = fc.record({
  vsize: uint64,
  rss: uint64,
  tsize: uint64,
  dsize: uint64,
  ssize: uint64,
  runtime: uint64,
  cow: number,
  start: timeval,
});

const interfaceData: fc.Arbitrary<WireInterface> = fc.record({
  bridge: text,
  flags: number,
  sendLength: number,
  maxSendLength: number,
  sendDrops: number,
  mtu: number,
  baudrate: uint64,
  inputPackets: uint64,
  inputErrors: uint64,
  outputPackets: uint64,
  outputErrors: uint64,
  collisions: uint64,
  inputBytes: uint64,
  outputBytes: uint64,
  inputMcast: uint64,
  outputMcast: uint64,
  inputDropped: uint64,
  outputDropped: uint64,
});

type Kind = WireData['kind'];

/** One for each kind: other data, and this does not compile. */
const ofKind: { readonly [K in Kind]: fc.Arbitrary<Extract<WireData, { kind: K }>> } = {
  statistics: fc.record({
    kind: fc.constant('statistics'),
    statistics: fc.record({
      rusage,
      interfaces: list(interfaceData),
      vmm: maybe(list(fc.record({ key: text, value: uint64 }))),
      mem: maybe(mem),
    }),
  }),
  console: fc.record({ kind: fc.constant('console'), at: time, line: bytes }),
  'block-some': fc.record({ kind: fc.constant('block-some'), bytes }),
  'block-none': fc.constant({ kind: 'block-none' }),
};

export const data: fc.Arbitrary<WireData> = fc.oneof(...Object.values(ofKind));
