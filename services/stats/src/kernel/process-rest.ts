import type { ProcessSample } from '@albatross/shared/contracts/stats';

type Values<Key extends keyof ProcessSample> = Pick<ProcessSample, Key>;

/**
 * ```text
 * status = *(key ":" *WSP value LF)
 * value  = 1*DIGIT [" kB"]              ; of the keys we want; a kB has 1024 bytes
 * ```
 *
 * A process of the kernel has no memory of its own. Switches are those of the first thread.
 */
export function parseStatus(
  text: string,
): Values<'maxRssBytes' | 'voluntarySwitches' | 'involuntarySwitches'> {
  const kibibytes = valueOf(text, 'VmHWM', ' kB');
  return {
    maxRssBytes: kibibytes === null ? null : kibibytes * 1024,
    voluntarySwitches: valueOf(text, 'voluntary_ctxt_switches'),
    involuntarySwitches: valueOf(text, 'nonvoluntary_ctxt_switches'),
  };
}

/**
 * ```text
 * statm = size resident shared text lib data dt     ; pages; data has the stack in it
 * ```
 */
export function parseStatm(text: string, pageBytes: number): Values<'textBytes' | 'dataBytes'> {
  const fields = /^\d+ \d+ \d+ (\d{1,12}) \d+ (\d{1,12}) /.exec(text);
  const bytes = (pages: string | undefined): number | null =>
    pages === undefined ? null : Number(pages) * pageBytes;
  return { textBytes: bytes(fields?.[1]), dataBytes: bytes(fields?.[2]) };
}

/**
 * ```text
 * io = *(key ": " 1*DIGIT LF)       ; read_bytes and write_bytes: from and to disks
 * ```
 */
export function parseIo(text: string): Values<'readBytes' | 'writtenBytes'> {
  return { readBytes: valueOf(text, 'read_bytes'), writtenBytes: valueOf(text, 'write_bytes') };
}

/** A name of a process that holds the end of a line is escaped: no line can be forged. */
function valueOf(text: string, key: string, unit = ''): number | null {
  const digits = new RegExp(`^${key}:[ \\t]*(\\d{1,15})${unit}$`, 'm').exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}
