import { isIPv4, isIPv6 } from 'node:net';

/** Where a client is. */
export interface ClientAddress {
  /** Without the port. */
  readonly text: string;
  /** Who shares the turns of one client: of IPv6, everybody gets a network of 64 bits to choose addresses from. */
  readonly group: string;
}

/** Of a socket's `remoteAddress`, which is undefined once the client has gone. */
export function clientAddress(remoteAddress: string | undefined): ClientAddress {
  if (remoteAddress === undefined) return UNKNOWN;
  const text = remoteAddress.replace(/%.*$/, '').replace(/^::ffff:(?=[\d.]+$)/i, '');
  if (isIPv4(text) || !isIPv6(text)) return { text, group: text };
  return { text, group: `${networkOf(text)}::/64` };
}

const UNKNOWN: ClientAddress = { text: 'unknown', group: 'unknown' };

/** The first four of the eight groups of digits. */
function networkOf(address: string): string {
  const [before = '', after] = address.split('::');
  const head = before.split(':').filter((digits) => digits !== '');
  const tail = after?.split(':').filter((digits) => digits !== '') ?? [];
  const zeros = after === undefined ? 0 : Math.max(0, GROUPS - head.length - tail.length);
  return [...head, ...Array.from({ length: zeros }, () => '0'), ...tail].slice(0, 4).join(':');
}

const GROUPS = 8;
