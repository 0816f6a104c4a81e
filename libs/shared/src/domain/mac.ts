import { createHash } from 'node:crypto';
import { wireForm, type UnikernelName } from './name.ts';

/** Thrown for text that is no address of a network device; the message says what is wrong and what would be right. */
export class MacError extends Error {
  override readonly name = 'MacError';
}

/**
 * Reads the address of one network device, and returns it in lower case with colons. Throws `MacError`.
 *
 * ```abnf
 * mac   = octet 5(":" octet) / octet 5("-" octet)
 * octet = 2HEXDIG            ; of either case
 * ```
 *
 * The lowest bit of the first octet stands for a group of devices, broadcast among them; such an address,
 * and the one of zeros only, is none that a device can have.
 */
export function parseMac(text: string): string {
  const octets = text.split(text.includes('-') ? '-' : ':');
  if (octets.length !== 6 || !octets.every((octet) => /^[0-9A-Fa-f]{2}$/.test(octet))) {
    throw new MacError(
      `${quote(text)} is no MAC address; one is six pairs of hexadecimal digits with colons between them, as in "00:80:41:cd:8a:eb"`,
    );
  }
  const mac = octets.join(':').toLowerCase();
  if (mac === '00:00:00:00:00:00') {
    throw new MacError(`${quote(text)} is no address a device can have; it is all zero`);
  }
  if ((Number.parseInt(mac.slice(0, 2), 16) & 1) === 1) {
    throw new MacError(
      `${quote(text)} is the address of a group of devices, not of one; its first pair of digits must be an even number`,
    );
  }
  return mac;
}

const quote = (text: string): string => JSON.stringify(text.slice(0, QUOTED_MAX));
const QUOTED_MAX = 64;

/**
 * The address of a device that was given none, the same at every start, and the same as the original's:
 *
 * ```abnf
 * default-mac = "00:80:41:" octet ":" octet ":" octet   ; the first three of MD5(device || wire form of the name)
 * ```
 *
 * `device` is its name in the image's manifest. 24 bits: two of many unikernels can be given the same.
 */
export function defaultMac(device: string, name: UnikernelName): string {
  const digest = createHash('md5')
    .update(`${device}${wireForm(name)}`)
    .digest('hex');
  return ['00:80:41', digest.slice(0, 2), digest.slice(2, 4), digest.slice(4, 6)].join(':');
}
