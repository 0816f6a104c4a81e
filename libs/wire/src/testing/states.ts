import type { WirePolicy } from '../policy.ts';
import type { WireConfig } from '../unikernel-config.ts';
import { hex } from './hex.ts';

/** The newest form, with the unikernels `alice:web` and `root1`, and the policies of the root and `alice:`. */
export const STATE =
  'a68201213082011d3081cd302a0c09616c6963653a776562301da002050001010004000101ffa00205003103020100020120a30302010130819e0c063a726f6f7431308193a00205000101ff0402010202010a010100a1083106020100020102310602010002010102020100a01d311b30040c02623230130c0773746f726167650c046461746102020200a122312030060c047461703130160c07736572766963650c036272300406020000000001a22230200c122d2d697076343d31302e302e302e322f32340c0a2d6c202a3a6465627567a303020101304b302f0c013a302a300602010002010102083fffffffffffffff0202040002020800300e0c036272300c077365727669636530180c06616c6963653a300e3003020100020101020202003000';

interface OlderState {
  readonly what: string;
  readonly text: string;
  readonly unikernels: readonly { readonly name: string; readonly value: WireConfig }[];
  readonly policies: readonly { readonly name: string; readonly value: WirePolicy }[];
}

const SMALL: WireConfig = {
  typ: 'solo5',
  compressed: false,
  image: new Uint8Array(),
  startup: null,
  addName: true,
  fail: { kind: 'quit' },
  cpuids: [1],
  memory: 1,
  blocks: [{ name: 'blk', device: null, sectorSize: null }],
  nets: [{ name: 'service', bridge: null, mac: null }],
  arguments: ['--a=b'],
  vcpus: 1,
  linuxBoot: null,
};

const V3: WireConfig = {
  ...SMALL,
  image: hex('7f454c46'),
  fail: { kind: 'restart', codes: [] },
  memory: 64,
  blocks: [
    { name: 'b2', device: null, sectorSize: null },
    { name: 'storage', device: 'data', sectorSize: 512 },
  ],
  nets: [
    { name: 'tap1', bridge: null, mac: null },
    { name: 'service', bridge: 'br0', mac: '02:00:00:00:00:01' },
  ],
};

/** The forms that earlier versions wrote. Their names were joined by dots at first, which is one label today. */
export const OLDER_STATES: readonly OlderState[] = [
  {
    what: 'version 0, in form [1],',
    text: 'a135303330310c09666f6f2e68656c6c6f30240201010201400c03626c6b30090c0773657276696365a20304017830070c052d2d613d62',
    unikernels: [
      {
        name: 'foo.hello',
        value: { ...SMALL, compressed: true, image: hex('78'), memory: 64 },
      },
    ],
    policies: [],
  },
  {
    what: 'version 1, in form [0],',
    text: 'a045304330410c09666f6f2e68656c6c6f3034a00205000101000400a0020500020100020101a00731050c03626c6ba10b31090c0773657276696365a20930070c052d2d613d62',
    unikernels: [{ name: 'foo.hello', value: { ...SMALL, cpuids: [0] } }],
    policies: [],
  },
  {
    what: 'version 2, in form [2],',
    text: 'a251304f304d0c09666f6f2e68656c6c6f3040a00205000101000400a0020500020100020101a00731050c03626c6ba1173015300e0c07736572766963650c0362723030030c0178a20930070c052d2d613d62',
    unikernels: [
      {
        name: 'foo.hello',
        value: {
          ...SMALL,
          cpuids: [0],
          nets: [
            { name: 'service', bridge: 'br0', mac: null },
            { name: 'x', bridge: null, mac: null },
          ],
        },
      },
    ],
    policies: [],
  },
  {
    what: 'version 3, in form [3],',
    text: 'a376307430720c09666f6f3a68656c6c6f3065a002050001010004047f454c46a1023100020101020140a01d311b30040c02623230130c0773746f726167650c046461746102020200a122312030060c047461703130160c07736572766963650c036272300406020000000001a20930070c052d2d613d62',
    unikernels: [{ name: 'foo:hello', value: V3 }],
    policies: [],
  },
  {
    what: 'version 3 with policies, in form [4],',
    text: 'a4819230818f307430720c09666f6f3a68656c6c6f3065a002050001010004047f454c46a1023100020101020140a01d311b30040c02623230130c0773746f726167650c046461746102020200a122312030060c047461703130160c07736572766963650c036272300406020000000001a20930070c052d2d613d62301730150c04666f6f3a300d30030201000201010201403000',
    unikernels: [{ name: 'foo:hello', value: V3 }],
    policies: [
      {
        name: 'foo:',
        value: { cpuids: [0], unikernels: 1n, memory: 64, block: null, bridges: [] },
      },
    ],
  },
  {
    what: 'version 4, in form [5],',
    text: 'a58184308181307d307b0c09666f6f3a68656c6c6f306ea002050001010004047f454c46020107010100a1053103020102020101020140a01d311b30040c02623230130c0773746f726167650c046461746102020200a122312030060c047461703130160c07736572766963650c036272300406020000000001a20930070c052d2d613d623000',
    unikernels: [
      {
        name: 'foo:hello',
        value: { ...V3, startup: 7, addName: false, fail: { kind: 'restart', codes: [2] } },
      },
    ],
    policies: [],
  },
];
