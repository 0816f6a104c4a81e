import { parseName } from '@albatross/shared/domain/name';
import type { WirePayload } from '../message.ts';
import type { WireInfo } from '../reply/unikernel-info.ts';
import { hex } from './hex.ts';

interface PayloadVector {
  readonly what: string;
  /** A whole message. */
  readonly text: string;
  readonly name: string;
  readonly sequence?: bigint;
  readonly payload: WirePayload;
}

const INFO: WireInfo = {
  typ: 'solo5',
  startup: null,
  fail: { kind: 'quit' },
  cpuids: [0],
  memory: 32,
  digest: hex('aabb'),
  blocks: [{ name: 'storage', device: 'data', sectorSize: 512, size: 10 }],
  nets: [{ name: 'service', bridge: 'br0', mac: '02:00:00:00:00:01' }],
  arguments: [],
  startedAt: Date.parse('2024-02-29T12:34:56Z'),
  vcpus: 1,
  linuxBoot: null,
};

const WEB = { name: parseName('web'), info: INFO };

const REPLIES: readonly PayloadVector[] = [
  {
    what: 'nothing to say',
    text: '30203018020105040800000000000000010c09616c6963653a776562a104a0020500',
    name: 'alice:web',
    sequence: 1n,
    payload: { kind: 'reply', reply: { kind: 'empty' } },
  },
  {
    what: 'a text',
    text: '30313018020105040800000000000000000c09616c6963653a776562a115a1130c116372656174656420756e696b65726e656c',
    name: 'alice:web',
    payload: { kind: 'reply', reply: { kind: 'string', text: 'created unikernel' } },
  },
  {
    what: 'policies',
    text: '30323015020105040800000000000000000c06616c6963653aa119a217301530130c013a300e3003020100020101020202003000',
    name: 'alice:',
    payload: {
      kind: 'reply',
      reply: {
        kind: 'policies',
        policies: [
          {
            name: parseName(':'),
            policy: { cpuids: [0], unikernels: 1n, memory: 512, block: null, bridges: [] },
          },
        ],
      },
    },
  },
  {
    what: 'no unikernels',
    text: '30183010020105040800000000000000000c013aa104ad023000',
    name: ':',
    payload: { kind: 'reply', reply: { kind: 'unikernel-info', form: 'newest', unikernels: [] } },
  },
  {
    what: 'a unikernel',
    text: '30818b3015020105040800000000000000000c06616c6963653aa172ad70306e306c0c043a7765623064a0020500a002050031030201000201200402aabba01a311830160c0773746f726167650c04646174610202020002010aa11a311830160c07736572766963650c036272300406020000000001a311180f32303234303232393132333435365aa403020101',
    name: 'alice:',
    payload: {
      kind: 'reply',
      reply: { kind: 'unikernel-info', form: 'newest', unikernels: [WEB] },
    },
  },
  {
    what: 'a unikernel as before 2.6',
    text: '3081843015020105040800000000000000000c06616c6963653aa16ba969306730650c043a776562305da0020500a00205000201000201200402aabba01a311830160c0773746f726167650c04646174610202020002010aa11a311830160c07736572766963650c036272300406020000000001a311180f32303234303232393132333435365a',
    name: 'alice:',
    payload: {
      kind: 'reply',
      reply: { kind: 'unikernel-info', form: 'info-4', unikernels: [WEB] },
    },
  },
  {
    what: 'a unikernel as in 2.6',
    text: '3081843015020105040800000000000000000c06616c6963653aa16bab69306730650c043a776562305da0020500a00205000201000201200402aabba01a311830160c0773746f726167650c04646174610202020002010aa11a311830160c07736572766963650c036272300406020000000001a311180f32303234303232393132333435365a',
    name: 'alice:',
    payload: {
      kind: 'reply',
      reply: { kind: 'unikernel-info', form: 'info-5', unikernels: [WEB] },
    },
  },
  {
    what: 'an image',
    text: '30273018020105040800000000000000000c09616c6963653a776562a10ba60930070101ff0402789c',
    name: 'alice:web',
    payload: {
      kind: 'reply',
      reply: { kind: 'unikernel-image', compressed: true, image: hex('789c') },
    },
  },
  {
    what: 'block devices',
    text: '302c3015020105040800000000000000000c06616c6963653aa113a411300f300d0c053a6461746102010a0101ff',
    name: 'alice:',
    payload: {
      kind: 'reply',
      reply: {
        kind: 'block-devices',
        blocks: [{ name: parseName('data'), size: 10, active: true }],
      },
    },
  },
  {
    what: 'a block device whose content follows',
    text: '30223019020105040800000000000000000c0a616c6963653a64617461a105aa030101ff',
    name: 'alice:data',
    payload: { kind: 'reply', reply: { kind: 'block-device-image', compressed: true } },
  },
  {
    what: 'a block device as before 2.5',
    text: '30273019020105040800000000000000000c0a616c6963653a64617461a10aa7083006010100040100',
    name: 'alice:data',
    payload: {
      kind: 'reply',
      reply: { kind: 'old-block-device-image', compressed: false, image: hex('00') },
    },
  },
  {
    what: 'consoles',
    text: '30233015020105040800000000000000000c06616c6963653aa10aac0830060c043a776562',
    name: 'alice:',
    payload: { kind: 'reply', reply: { kind: 'consoles', names: [parseName('web')] } },
  },
  {
    what: 'a failure',
    text: '30353018020105040800000000000000000c09616c6963653a776562a2190c176765743a206e6f20756e696b65726e656c20666f756e64',
    name: 'alice:web',
    payload: { kind: 'failure', text: 'get: no unikernel found' },
  },
];

const RUSAGE = {
  utime: { seconds: 1n, microseconds: 500_000 },
  stime: { seconds: 0n, microseconds: 20 },
  maxrss: 100n,
  ixrss: 0n,
  idrss: 0n,
  isrss: 0n,
  minflt: 1n,
  majflt: 2n,
  nswap: 0n,
  inblock: 0n,
  outblock: 0n,
  msgsnd: 0n,
  msgrcv: 0n,
  nsignals: 0n,
  nvcsw: 3n,
  nivcsw: 4n,
};

const DATA: readonly PayloadVector[] = [
  {
    what: 'a line',
    text: '30383018020105040800000000000000000c09616c6963653a776562a31ca31a3018180f32303234303232393132333435365a0c0568656c6c6f',
    name: 'alice:web',
    payload: {
      kind: 'data',
      data: {
        kind: 'console',
        at: Date.parse('2024-02-29T12:34:56Z'),
        line: hex('68656c6c6f'),
      },
    },
  },
  {
    what: 'a line with its millisecond',
    text: '303c3018020105040800000000000000000c09616c6963653a776562a320a31e301c181332303234303232393132333435362e3738395a0c0568656c6c6f',
    name: 'alice:web',
    payload: {
      kind: 'data',
      data: {
        kind: 'console',
        at: Date.parse('2024-02-29T12:34:56.789Z'),
        line: hex('68656c6c6f'),
      },
    },
  },
  {
    what: 'a piece of a block device',
    text: '30253019020105040800000000000000000c0a616c6963653a64617461a308a406a00404020102',
    name: 'alice:data',
    payload: { kind: 'data', data: { kind: 'block-some', bytes: hex('0102') } },
  },
  {
    what: 'the end of a block device',
    text: '30233019020105040800000000000000000c0a616c6963653a64617461a306a404a1020500',
    name: 'alice:data',
    payload: { kind: 'data', data: { kind: 'block-none' } },
  },
  {
    what: 'statistics of the process alone',
    text: '3081cf3013020105040800000000000000000c043a776562a381b7a181b43081b13081ac300f04080000000000000001020307a120300d0408000000000000000002011404080000000000000064040800000000000000000408000000000000000004080000000000000000040800000000000000010408000000000000000204080000000000000000040800000000000000000408000000000000000004080000000000000000040800000000000000000408000000000000000004080000000000000003040800000000000000043000',
    name: 'web',
    payload: {
      kind: 'data',
      data: {
        kind: 'statistics',
        statistics: { rusage: RUSAGE, interfaces: [], vmm: null, mem: null },
      },
    },
  },
  {
    what: 'statistics of everything',
    text: '308201cd3013020105040800000000000000000c043a776562a38201b4a18201b0308201ac3081ac300f04080000000000000001020307a120300d0408000000000000000002011404080000000000000064040800000000000000000408000000000000000004080000000000000000040800000000000000010408000000000000000204080000000000000000040800000000000000000408000000000000000004080000000000000000040800000000000000000408000000000000000004080000000000000003040800000000000000043081953081920c077365727669636502021043020100020100020100020205dc0408000000000000000004080000000000000001040800000000000000000408000000000000000204080000000000000000040800000000000000000408000000000000003c0408000000000000007804080000000000000000040800000000000000000408000000000000000004080000000000000000a011300f300d0c016b04080000000000000005a15004080000000000001000040800000000000000010408000000000000000204080000000000000003040800000000000000030408000000000016e374020100300f04080000000065e079f002030c0a08',
    name: 'web',
    payload: {
      kind: 'data',
      data: {
        kind: 'statistics',
        statistics: {
          rusage: RUSAGE,
          interfaces: [
            {
              bridge: 'service',
              flags: 0x1043,
              sendLength: 0,
              maxSendLength: 0,
              sendDrops: 0,
              mtu: 1500,
              baudrate: 0n,
              inputPackets: 1n,
              inputErrors: 0n,
              outputPackets: 2n,
              outputErrors: 0n,
              collisions: 0n,
              inputBytes: 60n,
              outputBytes: 120n,
              inputMcast: 0n,
              outputMcast: 0n,
              inputDropped: 0n,
              outputDropped: 0n,
            },
          ],
          vmm: [{ key: 'k', value: 5n }],
          mem: {
            vsize: 4096n,
            rss: 1n,
            tsize: 2n,
            dsize: 3n,
            ssize: 3n,
            runtime: 1_500_020n,
            cow: 0,
            start: { seconds: 1_709_210_096n, microseconds: 789_000 },
          },
        },
      },
    },
  },
];

/** Every reply and all data in the form that the original's encoder gave them. */
export const ANSWERS = [...REPLIES, ...DATA].map(({ what, text, name, sequence, payload }) => ({
  what,
  bytes: hex(text),
  message: { header: { sequence: sequence ?? 0n, name: parseName(name) }, payload },
}));
