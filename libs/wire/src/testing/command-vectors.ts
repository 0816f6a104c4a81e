import { parseName } from '@albatross/shared/domain/name';
import { hex } from './hex.ts';
import { UNIKERNEL_COMMANDS, type CommandVector } from './unikernel-command-vectors.ts';

const POLICY_COMMANDS: readonly CommandVector[] = [
  {
    what: 'policies',
    text: '301f3015020105040800000000000000000c06616c6963653aa006a404a0020500',
    name: 'alice:',
    command: { kind: 'policy-info' },
  },
  {
    what: 'add a policy',
    text: '30423015020105040800000000000000000c06616c6963653aa029a427a125302330060201000201010201100202040002020800300e0c036272300c0773657276696365',
    name: 'alice:',
    command: {
      kind: 'policy-add',
      policy: {
        cpuids: [0, 1],
        unikernels: 16n,
        memory: 1024,
        block: 2048,
        bridges: ['br0', 'service'],
      },
    },
  },
  {
    what: 'add a policy of little',
    text: '302d3015020105040800000000000000000c06616c6963653aa014a412a110300e3003020100020101020202003000',
    name: 'alice:',
    command: {
      kind: 'policy-add',
      policy: { cpuids: [0], unikernels: 1n, memory: 512, block: null, bridges: [] },
    },
  },
  {
    what: 'remove a policy',
    text: '301f3015020105040800000000000000000c06616c6963653aa006a404a2020500',
    name: 'alice:',
    command: { kind: 'policy-remove' },
  },
];

const CONSOLE_COMMANDS: readonly CommandVector[] = [
  {
    what: 'add a console',
    text: '30233018020105040800000000000000000c09616c6963653a776562a007a005a003020110',
    name: 'alice:web',
    command: { kind: 'console-add', unikernels: 16n },
  },
  {
    what: 'add a console at the root',
    text: '30253013020105040800000000000000000c043a776562a00ea00ca00a02083fffffffffffffff',
    name: 'web',
    command: { kind: 'console-add', unikernels: 2n ** 62n - 1n },
  },
  {
    what: 'the last lines of a console',
    text: '30203013020105040800000000000000000c043a666f6fa009a007a205a103020114',
    name: 'foo',
    command: { kind: 'console-subscribe', from: { kind: 'count', lines: 20n } },
  },
  {
    what: 'less than no lines of a console',
    text: '30203013020105040800000000000000000c043a666f6fa009a007a205a1030201ff',
    name: 'foo',
    command: { kind: 'console-subscribe', from: { kind: 'count', lines: -1n } },
  },
  {
    what: 'a console since a second',
    text: '302e3013020105040800000000000000000c043a666f6fa017a015a213a011180f32303234303232393132333435365a',
    name: 'foo',
    command: {
      kind: 'console-subscribe',
      from: { kind: 'since', at: Date.parse('2024-02-29T12:34:56Z') },
    },
  },
  {
    what: 'a console since a millisecond',
    text: '30323013020105040800000000000000000c043a666f6fa01ba019a217a015181332303234303232393132333435362e3738395a',
    name: 'foo',
    command: {
      kind: 'console-subscribe',
      from: { kind: 'since', at: Date.parse('2024-02-29T12:34:56.789Z') },
    },
  },
  {
    what: 'inactive consoles',
    text: '301f3015020105040800000000000000000c06616c6963653aa006a004a3020500',
    name: 'alice:',
    command: { kind: 'console-list-inactive' },
  },
];

const STATS_COMMANDS: readonly CommandVector[] = [
  {
    what: 'add to statistics',
    text: '30453018020105040800000000000000000c09616c6963653a776562a029a127a02530230c0a736f6c6f352d31323334020204d23011300f0c07736572766963650c0474617030',
    name: 'alice:web',
    command: {
      kind: 'stats-add',
      vmmDevice: 'solo5-1234',
      pid: 1234,
      taps: [{ bridge: 'service', tap: 'tap0' }],
    },
  },
  {
    what: 'add to statistics on Linux',
    text: '302b3018020105040800000000000000000c09616c6963653a776562a00fa10da00b30090c000203009c403000',
    name: 'alice:web',
    command: { kind: 'stats-add', vmmDevice: '', pid: 40_000, taps: [] },
  },
  {
    what: 'remove from statistics',
    text: '30223018020105040800000000000000000c09616c6963653a776562a006a104a1020500',
    name: 'alice:web',
    command: { kind: 'stats-remove' },
  },
  {
    what: 'statistics',
    text: '301f3015020105040800000000000000000c06616c6963653aa006a104a2020500',
    name: 'alice:',
    command: { kind: 'stats-subscribe' },
  },
  {
    what: 'the first of statistics',
    text: '301a3010020105040800000000000000000c013aa006a104a3020500',
    name: ':',
    command: { kind: 'stats-initial' },
  },
];

const BLOCK_COMMANDS: readonly CommandVector[] = [
  {
    what: 'block devices',
    text: '301f3015020105040800000000000000000c06616c6963653aa006a504a0020500',
    name: 'alice:',
    command: { kind: 'block-info' },
  },
  {
    what: 'add a block device',
    text: '30243019020105040800000000000000000c0a616c6963653a64617461a007a505a10302010a',
    name: 'alice:data',
    command: { kind: 'block-add', size: 10 },
  },
  {
    what: 'remove a block device',
    text: '30233019020105040800000000000000000c0a616c6963653a64617461a006a504a2020500',
    name: 'alice:data',
    command: { kind: 'block-remove' },
  },
  {
    what: 'set a block device, compressed',
    text: '30243019020105040800000000000000000c0a616c6963653a64617461a007a505a7030101ff',
    name: 'alice:data',
    command: { kind: 'block-set', compressed: true },
  },
  {
    what: 'set a block device',
    text: '30243019020105040800000000000000000c0a616c6963653a64617461a007a505a703010100',
    name: 'alice:data',
    command: { kind: 'block-set', compressed: false },
  },
  {
    what: 'dump a block device',
    text: '30243019020105040800000000000000000c0a616c6963653a64617461a007a505a603020100',
    name: 'alice:data',
    command: { kind: 'block-dump', level: 0 },
  },
  {
    what: 'dump a block device as before 2.5',
    text: '30243019020105040800000000000000000c0a616c6963653a64617461a007a505a503020109',
    name: 'alice:data',
    command: { kind: 'block-old-dump', level: 9 },
  },
  {
    what: 'add a block device as before 2.5',
    text: '30293019020105040800000000000000000c0a616c6963653a64617461a00ca50aa308300602010a010100',
    name: 'alice:data',
    command: { kind: 'block-old-add', size: 10, compressed: false, data: null },
  },
  {
    what: 'add a block device with content as before 2.5',
    text: '302c3019020105040800000000000000000c0a616c6963653a64617461a00fa50da30b300902010a0101ff040101',
    name: 'alice:data',
    command: { kind: 'block-old-add', size: 10, compressed: true, data: hex('01') },
  },
  {
    what: 'set a block device as before 2.5',
    text: '30293019020105040800000000000000000c0a616c6963653a64617461a00ca50aa4083006010100040101',
    name: 'alice:data',
    command: { kind: 'block-old-set', compressed: false, data: hex('01') },
  },
];

/** Every command in the form that the original's encoder gave it. */
export const COMMANDS = [
  ...UNIKERNEL_COMMANDS,
  ...POLICY_COMMANDS,
  ...CONSOLE_COMMANDS,
  ...STATS_COMMANDS,
  ...BLOCK_COMMANDS,
].map(({ what, text, name, command }) => ({
  what,
  bytes: hex(text),
  message: {
    header: { sequence: 0n, name: parseName(name) },
    payload: { kind: 'command', command } as const,
  },
}));
