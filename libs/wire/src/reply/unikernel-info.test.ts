import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeDer, type DerReader } from '../der/reader.ts';
import { concatenate, type Encoded } from '../der/writer.ts';
import { hex } from '../testing/hex.ts';
import { MINIMAL_ARGS } from '../testing/minimal-config.ts';
import {
  readInfo,
  readOlderInfo,
  writeInfo,
  writeOlderInfo,
  type WireInfo,
} from './unikernel-info.ts';

const { addName: _never, ...resources } = MINIMAL_ARGS;
const INFO: WireInfo = {
  ...resources,
  typ: 'solo5',
  blocks: [],
  nets: [],
  digest: hex('aabb'),
  startedAt: 0,
};

function again(
  info: WireInfo,
  write: (info: WireInfo) => Encoded,
  read: (reader: DerReader) => WireInfo,
): WireInfo {
  return decodeDer(concatenate(write(info)), read);
}

describe('what is told of a unikernel', () => {
  it('has no start and one CPU where nothing is said of them', () => {
    const text = '3014 a0020500 a0020500 3103020100 020120 0402aabb';
    assert.deepEqual(decodeDer(hex(text), readInfo), INFO);
  });

  it('to older clients has the first of its CPUs, where the original dies', () => {
    const told = (cpuids: readonly number[]): readonly number[] =>
      again(
        { ...INFO, cpuids },
        (info) => writeOlderInfo(info, 'info-5'),
        (reader) => readOlderInfo(reader, 'info-5'),
      ).cpuids;
    assert.deepEqual(told([2, 3]), [2]);
    assert.deepEqual(told([]), [0]);
  });

  it('to the oldest has no order of starting', () => {
    const info = { ...INFO, startup: 7, vcpus: 2, linuxBoot: 'gpt2' };
    const newest = again(info, writeInfo, readInfo);
    assert.deepEqual(newest, info);
    for (const [form, startup] of [
      ['info-5', 7],
      ['info-4', null],
    ] as const)
      assert.deepEqual(
        again(
          info,
          (one) => writeOlderInfo(one, form),
          (reader) => readOlderInfo(reader, form),
        ),
        { ...INFO, startup },
      );
  });
});
