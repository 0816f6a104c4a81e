import type { NetSample } from '@albatross/shared/contracts/stats';

/** What the host counts of one of its interfaces. Of a tap, what the host receives the guest has sent. */
export type NetCounters = Pick<
  NetSample,
  'fromGuest' | 'toGuest' | 'multicastFromGuest' | 'collisions'
>;

/**
 * The interfaces of the host, as in /proc/net/dev:
 *
 * ```text
 * table    = 2(title LF) *(*WSP name ":" receive transmit LF)       ; numbers, blanks between them
 * receive  = bytes packets errs drop fifo frame compressed multicast
 * transmit = bytes packets errs drop fifo colls carrier    compressed
 * ```
 *
 * No name holds a colon or a blank. A line is only taken apart for whoever asks for it.
 */
export class NetDeviceTable {
  readonly #bytes: Buffer;
  /** Where the numbers of each begin. */
  readonly #begins = new Map<string, number>();

  /** The bytes are its own from now on. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    for (let at = 0; at < bytes.length; at = bytes.indexOf(LINE_FEED, at) + 1 || bytes.length) {
      let name = at;
      while (bytes[name] === BLANK) name += 1;
      let end = name;
      while (end < bytes.length && bytes[end] !== COLON && bytes[end] !== LINE_FEED) end += 1;
      if (bytes[end] === COLON) this.#begins.set(bytes.toString('latin1', name, end), end + 1);
    }
  }

  /** Undefined for an interface that is not there, or whose line has another shape. */
  get(name: string): NetCounters | undefined {
    const begin = this.#begins.get(name);
    return begin !== undefined && readNumbers(this.#bytes, begin) ? countersRead() : undefined;
  }
}

const COLUMNS = 16;
const TRANSMIT = 8;
const [LINE_FEED, BLANK, ZERO, NINE, COLON] = [0x0a, 0x20, 0x30, 0x39, 0x3a];

/** Of the line that was read last. Nobody waits between writing and reading. */
const numbers = new Float64Array(COLUMNS);

/** False for a line that holds anything but so many counts. There may be thousands: this is quicker than to split them. */
function readNumbers(bytes: Uint8Array, begin: number): boolean {
  let column = 0;
  let at = begin;
  for (;;) {
    while (bytes[at] === BLANK) at += 1;
    if (at >= bytes.length || bytes[at] === LINE_FEED) return column === COLUMNS;
    let number = 0;
    const first = at;
    for (; at < bytes.length; at += 1) {
      const code = bytes[at] ?? 0;
      if (code < ZERO || code > NINE) break;
      number = number * 10 + code - ZERO;
    }
    if (at === first || column === COLUMNS || !Number.isSafeInteger(number)) return false;
    numbers[column] = number;
    column += 1;
  }
}

function countersRead(): NetCounters {
  return {
    fromGuest: directionAt(0),
    toGuest: directionAt(TRANSMIT),
    multicastFromGuest: numbers[7] ?? 0,
    collisions: numbers[TRANSMIT + 5] ?? 0,
  };
}

function directionAt(first: number): NetCounters['fromGuest'] {
  return {
    bytes: numbers[first] ?? 0,
    packets: numbers[first + 1] ?? 0,
    errors: numbers[first + 2] ?? 0,
    dropped: numbers[first + 3] ?? 0,
  };
}
