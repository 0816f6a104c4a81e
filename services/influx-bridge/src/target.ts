import { StartError } from '@albatross/shared/runtime/run';
import { isIP, isIPv6 } from 'node:net';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The original's, made for telegraf's socket_listener. */
const PORT_DEFAULT = 8094;

/**
 * ```abnf
 * endpoint = host [":" port] / ipv6-address
 * host     = ipv4-address / "[" ipv6-address "]" / name
 * port     = 1*5DIGIT                ; 1 to 65535
 * ```
 *
 * Throws `StartError`.
 */
export function parseEndpoint(text: string): Endpoint {
  if (isIPv6(text)) return { host: text, port: PORT_DEFAULT };
  const [, bracketed, bare, port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? bare ?? '';
  const isHost = bracketed === undefined ? isIP(host) === 4 || isHostName(host) : isIPv6(host);
  const number = port === undefined ? PORT_DEFAULT : Number(port);
  if (isHost && number >= 1 && number <= 65_535) return { host, port: number };
  throw new StartError(
    `--influx takes HOST or HOST:PORT, as 127.0.0.1:8094, [::1]:8094 or a name, and no ${JSON.stringify(text)}`,
  );
}

/** What looks like an address and is none is no name either. */
const isHostName = (text: string): boolean =>
  /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/.test(
    text,
  ) && !/^[\d.]+$/.test(text);

/** Without a slash at its end. Throws `StartError`. */
export function parseUrl(text: string): string {
  const wrong = (why: string): StartError =>
    new StartError(`--url takes a URL as http://127.0.0.1:8086; ${why}`);
  if (!URL.canParse(text)) throw wrong(`${JSON.stringify(text)} is none`);
  const url = new URL(text);
  if (!['http:', 'https:'].includes(url.protocol))
    throw wrong(`${url.protocol} is neither http: nor https:`);
  if (url.username !== '' || url.password !== '')
    throw wrong('without a user in it; --token-file is how to authenticate');
  if (url.search !== '' || url.hash !== '') throw wrong('without "?" and "#"');
  if (/\/api\/v2(\/|$)/.test(url.pathname)) throw wrong('without /api/v2, which is added to it');
  return url.href.replace(/\/+$/, '');
}
