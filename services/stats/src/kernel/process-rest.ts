import type { ProcessSample } from '@albatross/shared/contracts/stats';

type Values<Key extends keyof ProcessSample> = Pick<ProcessSample, Key>;

/**
 * ```text
 * status = *(key ":" *WSP value LF)
 * value  = 1*DIGIT [" kB"]              ; of the keys we want; a kB has 1024 bytes
 * ```
 *
 * A process of the kernel has no memory of its own, and no most of it. `statm` tells nothing of text, data and
 * stack that does not stand here. Switches are those of the first thread.
 */
export function parseStatus(
  text: string,
): Values<'maxRssBytes' | 'textBytes' | 'dataBytes' | 'voluntarySwitches' | 'involuntarySwitches'> {
  const [data, stack] = [bytesOf(text, 'VmData:'), bytesOf(text, 'VmStk:')];
  const none = text === '' ? null : 0;
  return {
    maxRssBytes: bytesOf(text, 'VmHWM:'),
    textBytes: bytesOf(text, 'VmExe:') ?? none,
    dataBytes: data === null || stack === null ? none : data + stack,
    voluntarySwitches: numberOf(text, 'voluntary_ctxt_switches:'),
    involuntarySwitches: numberOf(text, 'nonvoluntary_ctxt_switches:'),
  };
}

/**
 * ```text
 * io = *(key ": " 1*DIGIT LF)       ; read_bytes and write_bytes: from and to disks
 * ```
 */
export function parseIo(text: string): Values<'readBytes' | 'writtenBytes'> {
  return { readBytes: numberOf(text, 'read_bytes:'), writtenBytes: numberOf(text, 'write_bytes:') };
}

function bytesOf(text: string, key: string): number | null {
  const kibibytes = numberOf(text, key, ' kB');
  return kibibytes === null ? null : kibibytes * 1024;
}

const DIGITS_MAX = 15;
const [TAB, LINE_FEED, BLANK, ZERO, NINE] = [0x09, 0x0a, 0x20, 0x30, 0x39];

/** A name of a process that holds the end of a line is escaped: no line can be forged. */
function numberOf(text: string, key: string, unit = ''): number | null {
  // An expression that begins at any line would look at every character, for each key.
  const line = text.startsWith(key) ? 0 : text.indexOf(`\n${key}`) + 1;
  if (line === 0 && !text.startsWith(key)) return null;
  let at = line + key.length;
  while (text.charCodeAt(at) === BLANK || text.charCodeAt(at) === TAB) at += 1;
  const first = at;
  let number = 0;
  for (; at < first + DIGITS_MAX; at += 1) {
    const code = text.charCodeAt(at);
    if (!(code >= ZERO && code <= NINE)) break;
    number = number * 10 + code - ZERO;
  }
  const isWhole = at > first && text.startsWith(unit, at);
  return isWhole && text.charCodeAt(at + unit.length) === LINE_FEED ? number : null;
}
