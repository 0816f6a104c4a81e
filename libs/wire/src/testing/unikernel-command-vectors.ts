import type { WireCommand } from '../command/command.ts';
import { hex } from './hex.ts';
import { MINIMAL, MINIMAL_ARGS } from './minimal-config.ts';

export interface CommandVector {
  readonly what: string;
  /** A whole message with the sequence 0. */
  readonly text: string;
  readonly name: string;
  readonly command: WireCommand;
}

export const UNIKERNEL_COMMANDS: readonly CommandVector[] = [
  {
    what: 'info of everything',
    text: '301a3010020105040800000000000000000c013aa006a304b3020500',
    name: ':',
    command: { kind: 'unikernel-info', form: 'newest' },
  },
  {
    what: 'info of one',
    text: '30223018020105040800000000000000000c09616c6963653a776562a006a304b3020500',
    name: 'alice:web',
    command: { kind: 'unikernel-info', form: 'newest' },
  },
  {
    what: 'info as before 2.6',
    text: '301f3015020105040800000000000000000c06616c6963653aa006a304af020500',
    name: 'alice:',
    command: { kind: 'unikernel-info', form: 'info-4' },
  },
  {
    what: 'info as in 2.6',
    text: '301f3015020105040800000000000000000c06616c6963653aa006a304b2020500',
    name: 'alice:',
    command: { kind: 'unikernel-info', form: 'info-5' },
  },
  {
    what: 'get',
    text: '30233018020105040800000000000000000c09616c6963653a776562a007a305ab03020109',
    name: 'alice:web',
    command: { kind: 'unikernel-get', level: 9 },
  },
  {
    what: 'destroy',
    text: '30223018020105040800000000000000000c09616c6963653a776562a006a304a3020500',
    name: 'alice:web',
    command: { kind: 'unikernel-destroy' },
  },
  {
    what: 'restart',
    text: '30243018020105040800000000000000000c09616c6963653a776562a008a306ae04a0020500',
    name: 'alice:web',
    command: { kind: 'unikernel-restart', args: null },
  },
  {
    what: 'restart with other arguments',
    text: '30523018020105040800000000000000000c09616c6963653a776562a036a334ae32a330302ea10231000101ff3103020100020140a10d310b30090c0773657276696365a20930070c052d2d613d62a303020101',
    name: 'alice:web',
    command: {
      kind: 'unikernel-restart',
      args: {
        ...MINIMAL_ARGS,
        fail: { kind: 'restart', codes: [] },
        memory: 64,
        nets: [{ name: 'service', bridge: null, mac: null }],
        arguments: ['--a=b'],
      },
    },
  },
  {
    what: 'create with nothing but what it needs',
    text: '303f3018020105040800000000000000000c09616c6963653a776562a023a321b41f301da002050001010004000101ffa00205003103020100020120a303020101',
    name: 'alice:web',
    command: { kind: 'unikernel-create', config: MINIMAL },
  },
  {
    what: 'create with everything',
    text: '3081b93018020105040800000000000000000c09616c6963653a776562a0819ca38199b48196308193a00205000101ff0402010202010a010100a1083106020100020102310602010002010102020100a01d311b30040c02623230130c0773746f726167650c046461746102020200a122312030060c047461703130160c07736572766963650c036272300406020000000001a22230200c122d2d697076343d31302e302e302e322f32340c0a2d6c202a3a6465627567a303020101',
    name: 'alice:web',
    command: {
      kind: 'unikernel-create',
      config: {
        typ: 'solo5',
        compressed: true,
        image: hex('0102'),
        startup: 10,
        addName: false,
        fail: { kind: 'restart', codes: [0, 2] },
        cpuids: [0, 1],
        memory: 256,
        blocks: [
          { name: 'b2', device: null, sectorSize: null },
          { name: 'storage', device: 'data', sectorSize: 512 },
        ],
        nets: [
          { name: 'tap1', bridge: null, mac: null },
          { name: 'service', bridge: 'br0', mac: '02:00:00:00:00:01' },
        ],
        arguments: ['--ipv4=10.0.0.2/24', '-l *:debug'],
        vcpus: 1,
        linuxBoot: null,
      },
    },
  },
  {
    what: 'force-create for bhyve',
    text: '30623017020105040800000000000000000c08616c6963653a766da047a345b5433041a102050001010004000101ffa10231003103020100020120a01a311830160c01300c112f6465762f7a766f6c2f7a726f6f742f78a303020104a4060c0467707432',
    name: 'alice:vm',
    command: {
      kind: 'unikernel-force-create',
      config: {
        ...MINIMAL,
        typ: 'bhyve',
        fail: { kind: 'restart', codes: [] },
        blocks: [{ name: '0', device: '/dev/zvol/zroot/x', sectorSize: null }],
        vcpus: 4,
        linuxBoot: 'gpt2',
      },
    },
  },
];
