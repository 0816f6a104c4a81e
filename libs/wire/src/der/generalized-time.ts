/**
 * The text of a GeneralizedTime:
 *
 * ```abnf
 * time     = date hour [minute [second [fraction]]] [zone]
 * date     = 4DIGIT 2DIGIT 2DIGIT        ; the year, the month, the day
 * fraction = "." 1*3DIGIT                ; milliseconds: ".7" are 7 of them
 * zone     = "Z" / ("+" / "-") 2DIGIT 2DIGIT
 * ```
 *
 * The fraction is no decimal fraction: the original reads it as a number. Without a zone it is UTC.
 */
const TIME = new RegExp(
  String.raw`^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)` +
    String.raw`(?:(?<minute>\d\d)(?:(?<second>\d\d)(?:\.(?<fraction>\d{1,3}))?)?)?` +
    String.raw`(?:Z|(?<sign>[+-])(?<zoneHours>\d\d)(?<zoneMinutes>\d\d))?$`,
);

/** Milliseconds since 1970; null when there is no such time, or none with a year of four digits. */
export function parseGeneralizedTime(text: string): number | null {
  const groups = TIME.exec(text)?.groups;
  if (groups === undefined) return null;
  const read = (name: string): number => Number(groups[name] ?? 0);
  const { hour, minute, second } = {
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
  };
  // The sixtieth second is a leap second, which is taken for the one behind it.
  if (hour > 23 || minute > 59 || second > 60) return null;
  if (read('zoneHours') > 23 || read('zoneMinutes') > 59) return null;
  const day = dayOf(read('year'), read('month'), read('day'));
  if (day === null) return null;
  const zoneMs = (read('zoneHours') * 60 + read('zoneMinutes')) * 60_000;
  const at =
    day +
    ((hour * 60 + minute) * 60 + second) * 1000 +
    read('fraction') -
    (groups['sign'] === '-' ? -zoneMs : zoneMs);
  return hasText(at) ? at : null;
}

/** In UTC; milliseconds, if there are any, in three digits. Throws `RangeError` for a year of more than four. */
export function generalizedTimeText(at: number): string {
  if (!Number.isInteger(at) || !hasText(at)) throw new RangeError(`${at} is no time`);
  const text = new Date(at).toISOString().replaceAll(/[-:T]/g, '');
  return at % 1000 === 0 ? text.replace('.000', '') : text;
}

/** The beginning of a day; null when the month has no such day. */
function dayOf(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : null;
}

const FIRST = Date.parse('0000-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

function hasText(at: number): boolean {
  return at >= FIRST && at <= LAST;
}
