import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concatenate } from '../der/writer.ts';
import { hex } from '../testing/hex.ts';
import { encodeEnd, encodeFrame } from './frame.ts';

describe('a frame', () => {
  it('has the length of its content before it', () => {
    const message = hex('301f3015020105040800000000000000000c06616c6963653aa006a404a0020500');
    assert.deepEqual(
      concatenate(encodeFrame([message.subarray(0, 5), message.subarray(5)])),
      hex(`00000021 ${Buffer.from(message).toString('hex')}`),
    );
  });

  it('without content is the end', () => {
    assert.deepEqual(concatenate(encodeEnd()), hex('00000000'));
    assert.throws(() => encodeFrame([]), RangeError);
    assert.throws(() => encodeFrame([new Uint8Array()]), RangeError);
  });

  it('has less than 2 GiB, and does not copy what it has', () => {
    const gibibyte = new Uint8Array(1 << 30);
    assert.throws(() => encodeFrame([gibibyte, gibibyte]), RangeError);
    assert.equal(encodeFrame([gibibyte])[1], gibibyte);
  });
});
