import type { WireArgs } from '../command/restart-args.ts';
import type { WireCommand } from '../command/command.ts';
import type { WireConfig } from '../unikernel-config.ts';
import { hex } from './hex.ts';
import { MINIMAL, MINIMAL_ARGS } from './minimal-config.ts';

/** What the original's encoder made of commands in certificates. */
export const NEWEST_EXTENSIONS: readonly (readonly [
  what: string,
  text: string,
  command: WireCommand,
])[] = [
  [
    'add a policy',
    '302c020105a427a125302330060201000201010201100202040002020800300e0c036272300c0773657276696365',
    {
      kind: 'policy-add',
      policy: {
        cpuids: [0, 1],
        unikernels: 16n,
        memory: 1024,
        block: 2048,
        bridges: ['br0', 'service'],
      },
    },
  ],
  ['policies', '3009020105a404a0020500', { kind: 'policy-info' }],
  ['info', '3009020105a304b3020500', { kind: 'unikernel-info', form: 'newest' }],
  [
    'a console',
    '300c020105a007a205a103020114',
    { kind: 'console-subscribe', from: { kind: 'count', lines: 20n } },
  ],
  ['statistics', '3009020105a104a2020500', { kind: 'stats-subscribe' }],
  [
    'create',
    '3026020105a321b41f301da002050001010004000101ffa00205003103020100020120a303020101',
    { kind: 'unikernel-create', config: MINIMAL },
  ],
  ['set a block device', '300a020105a505a7030101ff', { kind: 'block-set', compressed: true }],
  ['dump a block device', '300a020105a505a603020109', { kind: 'block-dump', level: 9 }],
];

const V3: WireConfig = {
  ...MINIMAL,
  image: hex('7f454c46'),
  fail: { kind: 'restart', codes: [] },
  cpuids: [1],
  memory: 64,
  blocks: [
    { name: 'b2', device: null, sectorSize: null },
    { name: 'storage', device: 'data', sectorSize: 512 },
  ],
  nets: [
    { name: 'tap1', bridge: null, mac: null },
    { name: 'service', bridge: 'br0', mac: '02:00:00:00:00:01' },
  ],
  arguments: ['--a=b'],
};

const ARGS: WireArgs = {
  ...MINIMAL_ARGS,
  fail: { kind: 'restart', codes: [0, 2] },
  cpuids: [1],
  memory: 64,
  nets: V3.nets,
  arguments: ['--a=b'],
};

/** What the original's decoder takes, and its encoder makes no more; with what it takes it for. */
export const OLDER_EXTENSIONS: readonly (readonly [
  what: string,
  text: string,
  command: WireCommand,
])[] = [
  [
    'create of V3',
    '306e020105a369a9673065a002050001010004047f454c46a1023100020101020140a01d311b30040c02623230130c0773746f726167650c046461746102020200a122312030060c047461703130160c07736572766963650c036272300406020000000001a20930070c052d2d613d62',
    { kind: 'unikernel-create', config: V3 },
  ],
  [
    'force-create of V3',
    '306e020105a369aa673065a002050001010004047f454c46a1023100020101020140a01d311b30040c02623230130c0773746f726167650c046461746102020200a122312030060c047461703130160c07736572766963650c036272300406020000000001a20930070c052d2d613d62',
    { kind: 'unikernel-force-create', config: V3 },
  ],
  [
    'create of V4',
    '3077020105a372b070306ea002050001010004047f454c46020107010100a1053103020102020101020140a01d311b30040c02623230130c0773746f726167650c046461746102020200a122312030060c047461703130160c07736572766963650c036272300406020000000001a20930070c052d2d613d62',
    {
      kind: 'unikernel-create',
      config: { ...V3, startup: 7, addName: false, fail: { kind: 'restart', codes: [2] } },
    },
  ],
  [
    'force-create of V4 with little',
    '301f020105a31ab1183016a00205000101ff04000101ffa0020500020100020120',
    { kind: 'unikernel-force-create', config: { ...MINIMAL, compressed: true } },
  ],
  [
    'restart without arguments',
    '300b020105a306ae04a0020500',
    { kind: 'unikernel-restart', args: null },
  ],
  [
    'restart with arguments of V0',
    '304a020105a345ae43a141303fa1083106020100020102020101020140a122312030060c047461703130160c07736572766963650c036272300406020000000001a20930070c052d2d613d62',
    { kind: 'unikernel-restart', args: ARGS },
  ],
  [
    'restart with arguments of V1',
    '3026020105a321ae1fa21d301ba0020500020109010100020101020140a20930070c052d2d613d62',
    {
      kind: 'unikernel-restart',
      args: { ...ARGS, startup: 9, addName: false, fail: { kind: 'quit' }, nets: [] },
    },
  ],
  [
    'CPUs in the wrong order, and not how many the guest has',
    '3024020105a31fb41d301ba002050001010004000101ffa00205003106020101020100020120',
    { kind: 'unikernel-create', config: { ...MINIMAL, cpuids: [0, 1] } },
  ],
  ['a true that is 01', '300a020105a505a703010101', { kind: 'block-set', compressed: true }],
  [
    'no CPUs',
    '301e020105a319b4173015a002050001010004000101ffa00205003100020120',
    { kind: 'unikernel-create', config: { ...MINIMAL, cpuids: [] } },
  ],
];

const COMMANDS = '[0] or [1] or [3] or [4] or [5]';
const UNIKERNEL_COMMANDS = '3 9 10 11 14 15 16 17 18 19 20 21'
  .split(' ')
  .map((tag) => `[${tag}]`)
  .join(' or ');

/** What the original's decoder refuses, and what we say of it. */
export const REFUSED_EXTENSIONS: readonly (readonly [
  what: string,
  text: string,
  message: string,
])[] = [
  [
    'info of before 2.7',
    '3009020105a304ad020500',
    `at byte 7: expected ${UNIKERNEL_COMMANDS}, found [13]`,
  ],
  ['a log', '3007020105a2020500', `at byte 5: expected ${COMMANDS}, found [2]`],
  [
    'a console of before 2.6.1',
    '3009020105a004a0020500',
    'at byte 9: expected INTEGER, found NULL',
  ],
  [
    'another version',
    '3009020104a304b3020500',
    'at byte 2: expected version 5, found 4, of albatross before 1.5',
  ],
  [
    'an INTEGER of too many bytes',
    '300b020105a506a60402020009',
    'at byte 9: expected INTEGER in as few bytes as possible, found 2 bytes',
  ],
  [
    'a length of too many bytes',
    '308109020105a404a0020500',
    'at byte 1: expected a length in as few bytes as possible, found more',
  ],
  [
    'something behind the end',
    '3009020105a404a002050000',
    'at byte 11: expected the end, found more bytes',
  ],
];
