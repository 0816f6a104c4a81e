import type { Sample } from '@albatross/shared/contracts/stats';
import { Heartbeats } from '../heartbeats.ts';
import { MetricsPage } from '../page.ts';
import { readPage, type Page } from './read-page.ts';
import { domain, HOST, message, net, sample, type Message } from './told.ts';

interface Told {
  readonly samples?: readonly Sample[];
  readonly host?: typeof HOST | null;
  readonly messages?: readonly Message[];
}

export function heartbeatsOf(messages: readonly Message[]): Heartbeats {
  const heartbeats = new Heartbeats();
  for (const one of messages) heartbeats.take(one);
  return heartbeats;
}

export async function bytesOf({ samples = [], host = null, messages = [] }: Told): Promise<Buffer> {
  const heartbeats = heartbeatsOf(messages);
  const sweep = () => ({ sequence: 1, host, samples });
  return Buffer.concat(await new MetricsPage({ sweep, heartbeats }).read());
}

export async function pageOf(told: Told): Promise<Page> {
  return readPage((await bytesOf(told)).toString());
}

/** All there is of one family, as `labels: value`. */
export function linesOf(page: Page, name: string): readonly string[] {
  return [...(page.get(name)?.lines ?? [])].map(
    ([labels, value]) =>
      `${(JSON.parse(labels) as [string, string][]).map((pair) => pair.join('=')).join(' ')}: ${value}`,
  );
}

/** As a system of one customer has it. */
export const REALISTIC: Told = {
  host: HOST,
  samples: [
    sample('hello', { life: null, kvm: null, nets: [] }),
    sample('foo:web', { nets: [net('service', 'tap1'), net('management', 'tap2')] }),
  ],
  messages: [
    message({
      connections: [{ kind: 'request', active: 1, total: 9 }],
      figures: { requestsDropped: 2, restarts: 5 },
      digest: { 'unikernels.running': 2 },
      domains: [
        domain(':', { maximum: { unikernels: 10, memoryMib: 64, blockMib: null } }),
        domain('foo:'),
      ],
    }),
    message({
      process: 'console',
      connections: [
        { kind: 'request', active: 0, total: 3 },
        { kind: 'fifo', active: 2, total: 4 },
      ],
      figures: {
        requestsDropped: 0,
        bytesRead: 100,
        linesTruncated: 1,
        linesDropped: 6,
        gaps: 2,
        historiesBehind: 0,
        messagesSent: 8,
        messagesUnsent: 9,
        consolesUntold: 1,
      },
      digest: { consoles: 2 },
    }),
    message({ process: 'stats', figures: { sweepMs: 3.5 } }),
    message({ process: 'influx-bridge', figures: { restarts: 1 } }),
  ],
};
