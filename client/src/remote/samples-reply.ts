import type { Output } from '../output.ts';
import { expectReply, unexpected } from './expected-reply.ts';
import type { ShowReply } from './give-order.ts';
import { RemoteRates } from './statistics-rates.ts';
import { remoteSampleToJson, remoteSampleToText } from './statistics-reply.ts';

/**
 * Shows samples as they come:
 *
 * ```text
 * stats = reply(string) *data(statistics)   ; each with the name of the unikernel
 * ```
 */
export function showSamples(output: Output): ShowReply {
  const rates = new RemoteRates();
  let isBegun = false;
  return (message) => {
    const { header, payload } = message;
    if (!isBegun) {
      isBegun = true;
      expectReply(message, 'string');
      return;
    }
    if (payload.kind !== 'data' || payload.data.kind !== 'statistics')
      throw unexpected(payload, 'statistics');
    const { statistics } = payload.data;
    const sample = { name: header.name, at: Date.now(), statistics };
    const cpuShare = rates.cpuShare(sample);
    output.show(remoteSampleToJson(sample, cpuShare), remoteSampleToText(sample, cpuShare));
  };
}
