/**
 * How nkeys are written down: base32 (RFC 4648, without padding) of
 *
 * ```
 * public key = kind | 32 bytes of the key | check
 * seed       = 10010 kind(8) 000 | 32 bytes of the seed | check
 * check      = CRC-16/XMODEM of what stands before it, low byte first
 * ```
 *
 * The kind of a user is 10100000: so its public key begins with `U`, and its seed with `SU`.
 */
const USER = Uint8Array.of(0xa0);
const SEED_OF_USER = Uint8Array.of(0x95, 0x00);
const KEY_BYTES = 32;
const CHECK_BYTES = 2;

export function publicKeyText(key: Uint8Array): string {
  return checkedText(USER, key);
}

export function seedText(seed: Uint8Array): string {
  return checkedText(SEED_OF_USER, seed);
}

/** The 32 bytes of a user's seed. Throws when the text is none. */
export function seedBytes(text: string): Uint8Array {
  const bytes = base32Bytes(text);
  const payload = bytes.subarray(0, -CHECK_BYTES);
  const seed = payload.subarray(SEED_OF_USER.length);
  const isSeed =
    seed.length === KEY_BYTES && SEED_OF_USER.every((byte, index) => payload[index] === byte);
  // Written again it is the same: so the check is right, and no bit is left over.
  if (!isSeed || seedText(seed) !== text) throw new Error('this is no nkey seed of a user');
  return seed;
}

function checkedText(prefix: Uint8Array, key: Uint8Array): string {
  const payload = Buffer.concat([prefix, key]);
  const check = crc16(payload);
  return base32Text(Buffer.concat([payload, Uint8Array.of(check & 0xff, check >> 8)]));
}

/** CRC-16/XMODEM: polynomial 0x1021, from 0, highest bit first. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = (crc & 0x8000) === 0 ? crc << 1 : ((crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32Text(bytes: Uint8Array): string {
  let text = '';
  let [rest, bits] = [0, 0];
  for (const byte of bytes) {
    rest = ((rest << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET.charAt((rest >> (bits - 5)) & 31);
  }
  return bits === 0 ? text : text + ALPHABET.charAt((rest << (5 - bits)) & 31);
}

function base32Bytes(text: string): Uint8Array {
  const bytes: number[] = [];
  let [rest, bits] = [0, 0];
  for (const character of text) {
    rest = ((rest << 5) | Math.max(0, ALPHABET.indexOf(character))) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((rest >> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
}
