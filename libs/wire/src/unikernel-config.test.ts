import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeDer } from './der/reader.ts';
import { concatenate } from './der/writer.ts';
import { readPolicy, writePolicy } from './policy.ts';
import * as arbitrary from './testing/arbitrary-config.ts';
import { assertRefused } from './testing/asserts.ts';
import { hex } from './testing/hex.ts';
import { inOrder } from './testing/in-order.ts';
import { MINIMAL } from './testing/minimal-config.ts';
import { readConfig, writeConfig, type WireConfig } from './unikernel-config.ts';

describe('a configuration', () => {
  const newest: Readonly<Record<string, readonly [text: string, config: WireConfig]>> = {
    'with nothing but what it needs': [
      '301d a0020500 010100 0400 0101ff a0020500 3103020100 020120 a303020101',
      MINIMAL,
    ],
    'with everything': [
      '308193a00205000101ff0402010202010a010100a1083106020100020102310602010002010102020100a01d311b30040c02623230130c0773746f726167650c046461746102020200a122312030060c047461703130160c07736572766963650c036272300406020000000001a22230200c122d2d697076343d31302e302e302e322f32340c0a2d6c202a3a6465627567a303020101',
      {
        ...MINIMAL,
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
      },
    ],
    'for bhyve': [
      '3041a102050001010004000101ffa10231003103020100020120a01a311830160c01300c112f6465762f7a766f6c2f7a726f6f742f78a303020104a4060c0467707432',
      {
        ...MINIMAL,
        typ: 'bhyve',
        fail: { kind: 'restart', codes: [] },
        blocks: [{ name: '0', device: '/dev/zvol/zroot/x', sectorSize: null }],
        vcpus: 4,
        linuxBoot: 'gpt2',
      },
    ],
  };
  for (const [what, [text, config]] of Object.entries(newest))
    it(`${what} is read and written as the original does`, () => {
      assert.deepEqual(decodeDer(hex(text), readConfig), config);
      assert.deepEqual(concatenate(writeConfig(config)), hex(text));
    });

  it('that is anything else is refused', () => {
    const refused: Readonly<Record<string, string>> = {
      // A member more, one less, another typ, another version, a MAC of five bytes.
      '3021 a0020500 010100 0400 0101ff a0020500 3103020100 020120 a303020101 a5020500':
        'at byte 31: expected the end, found more bytes',
      '300f a0020500 010100 0400 a0020500 0500': 'at byte 11: expected BOOLEAN, found [0]',
      '3004 a2020500': 'at byte 2: expected [0] or [1], found [2]',
      '3007 a0020500 020101': 'at byte 6: expected BOOLEAN, found INTEGER',
      '3028 a0020500 010100 0400 0101ff a0020500 3103020100 020120 a10e 310c 300a 0c0161 0405 0200000000':
        'at byte 35: expected OCTET STRING of 6 bytes, found 5 bytes',
    };
    for (const [text, message] of Object.entries(refused))
      assertRefused(() => decodeDer(hex(text), readConfig), message);
  });

  it('that is written is read as it was, but for the order of its devices', () => {
    fc.assert(
      fc.property(arbitrary.config, (config) => {
        const bytes = concatenate(writeConfig(config));
        const read = decodeDer(bytes, readConfig);
        assert.deepEqual(inOrder(read), inOrder(config));
        assert.deepEqual(concatenate(writeConfig(read)), bytes);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a policy', () => {
  it('is read and written as the original does', () => {
    for (const [text, policy] of [
      [
        '3023 3006020100020101 020110 02020400 02020800 300e0c036272300c0773657276696365',
        {
          cpuids: [0, 1],
          unikernels: 16n,
          memory: 1024,
          block: 2048,
          bridges: ['br0', 'service'],
        },
      ],
      [
        '300e 3003020100 020101 02020200 3000',
        { cpuids: [0], unikernels: 1n, memory: 512, block: null, bridges: [] },
      ],
    ] as const) {
      assert.deepEqual(decodeDer(hex(text), readPolicy), policy);
      assert.deepEqual(concatenate(writePolicy(policy)), hex(text));
    }
  });

  it('that names things twice or in another order means the same', () => {
    const { cpuids, bridges } = decodeDer(
      hex('301c 3009 020101 020100 020101 020101 020101 3009 0c0162 0c0161 0c0162'),
      readPolicy,
    );
    assert.deepEqual({ cpuids, bridges }, { cpuids: [0, 1], bridges: ['a', 'b'] });
  });
});
