import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import assert from 'node:assert/strict';

/** Entries as text, markers in brackets: `[boot 1]`, `line 1`, `[exit 1 status 0]`, `[gap]`. */
export function entryTexts(entries: readonly ConsoleEntry[]): readonly string[] {
  return entries.map(({ entry }) => {
    switch (entry.kind) {
      case 'line':
        return Buffer.from(entry.bytes).toString();
      case 'boot':
        return `[boot ${entry.life}]`;
      case 'exit':
        return `[exit ${entry.life} ${entry.why}]`;
      case 'gap':
        return '[gap]';
      case 'dropped':
        return `[dropped ${entry.lines}]`;
    }
  });
}

/** Fails unless each number is one more than the one before. */
export function assertNumbered(entries: readonly { readonly seq: number }[]): void {
  for (const [index, { seq }] of entries.entries()) {
    const before = entries[index - 1]?.seq;
    if (before !== undefined) assert.equal(seq, before + 1, `entry ${seq} follows on ${before}`);
  }
}

/**
 * Fails unless the guest's lines `WORD 1`, `WORD 2`, … are all there, in order, or a gap marker stands
 * exactly where some are not. Next to a marker there may also be the torn halves of a line: qemu writes
 * byte by byte. Returns the number of the last.
 */
export function assertCounted(texts: readonly string[], word: string): number {
  let last = 0;
  let isAfterGap = false;
  for (const [index, text] of texts.entries()) {
    if (text === '[gap]') isAfterGap = true;
    const number = numberIn(text, word);
    if (number === null || isTorn(texts, index, number, last)) continue;
    if (isAfterGap) assert.ok(number > last, `"${text}" is repeated behind a gap`);
    else assert.equal(number, last + 1, `"${text}" follows on "${word} ${last}"`);
    last = number;
    isAfterGap = false;
  }
  return last;
}

function numberIn(text: string, word: string): number | null {
  const digits = new RegExp(`^${word} (\\d+)$`).exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** `tick 1` in front of a gap may be what was read of `tick 12`. */
function isTorn(texts: readonly string[], index: number, number: number, last: number): boolean {
  return texts[index + 1] === '[gap]' && number !== last + 1;
}
