import { der } from '@albatross/wire';
import { isIP, isIPv4 } from 'node:net';
import { IssueError } from './issue-error.ts';

/** RFC 1035's bound. */
export const HOST_NAME_BYTES_MAX = 253;

/**
 * ```asn1
 * GeneralNames ::= SEQUENCE OF GeneralName
 * GeneralName  ::= CHOICE {
 *   dNSName    [2] IMPLICIT IA5String,
 *   iPAddress  [7] IMPLICIT OCTET STRING }      -- four bytes or sixteen
 * ```
 *
 * Of names and addresses of hosts. Throws `IssueError` `NAME_INVALID`.
 */
export function generalNames(hosts: readonly string[]): Uint8Array {
  return der.concatenate(der.sequence(hosts.map(generalName)));
}

const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

function generalName(host: string): der.Encoded {
  if (isIP(host) !== 0) return der.sequence([[addressBytes(host)]], IP_ADDRESS);
  const isName =
    host.length <= HOST_NAME_BYTES_MAX && host.split('.').every((label) => LABEL.test(label));
  if (isName) return der.sequence([[Buffer.from(host, 'latin1')]], DNS_NAME);
  const right = 'a name as in host.example.org, or an address as in 192.0.2.7 or 2001:db8::7';
  const shown = JSON.stringify(host.slice(0, HOST_NAME_BYTES_MAX));
  throw new IssueError('NAME_INVALID', `a host has ${right}; ${shown} is none`);
}

/** Of letters, digits and `-`, which is neither first nor last; or `*`, for any. */
const LABEL = /^(?:\*|[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)$/;

function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.'), Number);
  const [, before = '', tail = ''] = /^(.*?)([\d.]*)$/.exec(address) ?? [];
  const words = isIPv4(tail) ? `${before}${wordsOf(addressBytes(tail))}` : address;
  const [head = '', rest] = words.split('::');
  const [first, last] = [groupsOf(head), groupsOf(rest ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return Uint8Array.from(
    [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff]),
  );
}

const groupsOf = (text: string): readonly number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));

/** The last 32 bits of an IPv6 address, which may stand there as an IPv4 one. */
const wordsOf = ([a = 0, b = 0, c = 0, d = 0]: Uint8Array): string =>
  `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
