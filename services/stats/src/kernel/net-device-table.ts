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
  readonly #lines = new Map<string, string>();

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const colon = line.indexOf(':');
      if (colon !== -1) this.#lines.set(line.slice(0, colon).trim(), line.slice(colon + 1));
    }
  }

  /** Undefined for an interface that is not there, or whose line has another shape. */
  get(name: string): NetCounters | undefined {
    const numbers = numbersIn(this.#lines.get(name) ?? '');
    return numbers?.length === COLUMNS ? countersOf(numbers) : undefined;
  }
}

const COLUMNS = 16;
const TRANSMIT = 8;
const [BLANK, ZERO, NINE] = [0x20, 0x30, 0x39];

/** Null for text that holds something else. There may be thousands of lines: this is quicker than to split them. */
function numbersIn(text: string): readonly number[] | null {
  const numbers: number[] = [];
  let isInside = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BLANK) isInside = false;
    else if (code < ZERO || code > NINE) return null;
    else if (isInside) numbers.push((numbers.pop() ?? 0) * 10 + code - ZERO);
    else {
      isInside = true;
      numbers.push(code - ZERO);
    }
  }
  return numbers.every(Number.isSafeInteger) ? numbers : null;
}

function countersOf(numbers: readonly number[]): NetCounters {
  const column = (index: number): number => numbers[index] ?? 0;
  const direction = (first: number) => ({
    bytes: column(first),
    packets: column(first + 1),
    errors: column(first + 2),
    dropped: column(first + 3),
  });
  return {
    fromGuest: direction(0),
    toGuest: direction(TRANSMIT),
    multicastFromGuest: column(7),
    collisions: column(TRANSMIT + 5),
  };
}
