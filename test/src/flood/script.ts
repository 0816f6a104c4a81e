/**
 * What one stand-in prints, as its words have it (`test/stand-in/guest.c`). Its lines are counted from 1:
 * those about itself, then its ticks or its flood, then, of who ticks, its longest write.
 */
export class Script {
  /** It goes on behind its arguments at SIGUSR1. */
  readonly words: readonly string[];
  /** Null: it never stops. */
  readonly ticks: number | null;
  /** The entry of its console that its lines can be counted from. */
  readonly from: number;

  private constructor(words: readonly string[], ticks: number | null, from = 1) {
    this.words = words;
    this.ticks = ticks;
    this.from = from;
  }

  /** So many lines a second, so many in all; then it tells its longest write, and stays silent. */
  static ticking({ rate, ticks }: { readonly rate: number; readonly ticks: number }): Script {
    return new Script(['wait', `rate=${rate}`, `ticks=${ticks}`, 'blocked', 'hang'], ticks);
  }

  /** What hello can do under a real tender, which says something before it: it ticks at once, then is silent. */
  static hello({ tickMs, ticks }: { readonly tickMs: number; readonly ticks: number }): Script {
    return new Script([`tick=${tickMs}`, `ticks=${ticks}`, 'hang'], ticks, 2);
  }

  /** As fast as it can, for ever. */
  static flooding(): Script {
    return new Script(['wait', 'flood'], null);
  }

  /** Whether it prints nothing behind its arguments before somebody says so. */
  get waits(): boolean {
    return this.words.includes('wait');
  }

  /** Lines before it waits: the greeting, its name, and its words. */
  get preamble(): number {
    return 2 + this.words.length;
  }

  /** Lines in all; null: there is no end of them. */
  get total(): number | null {
    if (this.ticks === null) return null;
    return this.preamble + this.ticks + (this.words.includes('blocked') ? 1 : 0);
  }

  /** Lines that are counted: where others stand before the first of them, that tells where to begin. */
  get counted(): number | null {
    return this.total === null || this.from === 1 ? this.total : this.total - 1;
  }

  /** Which line that is; null: none of its. */
  indexOf(text: string): number | null {
    const [, kind, digits] = /^(tick|flood|blocked) (\d+)(?: of \d+)?$/.exec(text) ?? [];
    if (kind === 'blocked') return this.total;
    if (digits !== undefined) return this.preamble + Number(digits);
    if (text.startsWith('hello from ')) return 1;
    if (text.startsWith('argument: --name=')) return 2;
    const word = this.words.indexOf(text.replace('argument: ', ''));
    return word === -1 ? null : 3 + word;
  }

  /** Bytes of its lines from one to another, both included; of those about itself, at least. */
  bytesOf(first: number, last: number): number {
    const word = this.ticks === null ? 'flood' : 'tick';
    let bytes = 0;
    for (let index = first; index <= last; index += 1)
      bytes += index > this.preamble ? `${word} ${index - this.preamble}\n`.length : 1;
    return bytes;
  }
}

export interface Writing {
  /** Microseconds of the longest write that had to wait for a reader. */
  readonly blockedUs: number;
  /** Of the longest, which may have waited for a processor only. */
  readonly longestUs: number;
}

/** What a line tells of that; null for any other line. */
export function writingIn(text: string): Writing | null {
  const [, blocked, longest] = /^blocked (\d+) of (\d+)$/.exec(text) ?? [];
  return longest === undefined ? null : { blockedUs: Number(blocked), longestUs: Number(longest) };
}
