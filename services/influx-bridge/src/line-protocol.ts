/**
 * What databases and telegraf read:
 *
 * ```abnf
 * line        = measurement *("," tag) SP field *("," field) SP timestamp
 * tag         = key "=" value
 * field       = key "=" (integer / float)
 * integer     = ["-"] 1*DIGIT "i"            ; of 64 bits
 * float       = ["-"] 1*DIGIT "." 1*DIGIT
 * timestamp   = 1*DIGIT                      ; nanoseconds since 1970
 * measurement = 1*(plain / "=" / escaped)
 * key         = 1*(plain / escaped)
 * value       = 1*(plain / escaped)
 * escaped     = "\" ("," / "=" / SP / "\")
 * plain       = any character but "," "=" SP "\" CR LF HTAB
 * ```
 *
 * Nanoseconds are what a timestamp is where nobody says otherwise, as on a bare TCP connection. The
 * client library's `Point` writes another line than the original: its fields are sorted, its floats have
 * no fixed digits, and a backslash at the end of a value swallows what follows.
 */
export interface Point {
  readonly measurement: string;
  readonly tags: readonly (readonly [key: string, value: string])[];
  /** Those that are null are left out. */
  readonly fields: readonly (readonly [key: string, value: FieldValue | null])[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type FieldValue = string & { readonly [fieldBrand]: true };

declare const fieldBrand: unique symbol;

/** Null when there is nothing to tell: a line has at least one field. */
export function lineOf({ measurement, tags, fields, at }: Point): string | null {
  const told = fields.flatMap(([key, value]) =>
    value === null || key === '' ? [] : [`${escape(key, KEY)}=${value}`],
  );
  if (told.length === 0) return null;
  // There is no way to write an empty value.
  const named = tags
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `,${escape(key, KEY)}=${escape(value, KEY)}`);
  return `${escape(measurement, MEASUREMENT)}${named.join('')} ${told.join(',')} ${nanoseconds(at)}`;
}

/** Null for what is no number of 64 bits. */
export function integer(value: number | null): FieldValue | null {
  if (value === null || !Number.isFinite(value)) return null;
  const whole = BigInt(Math.round(value));
  return BigInt.asIntN(64, whole) === whole ? (`${whole}i` as FieldValue) : null;
}

/** Seconds, to the millionth. */
export function secondsOfUs(us: number): FieldValue {
  const fraction = String(us % 1_000_000).padStart(6, '0');
  return `${Math.floor(us / 1_000_000)}.${fraction}` as FieldValue;
}

/** Seconds, to the thousandth. */
export function secondsOfMs(ms: number): FieldValue {
  return (ms / 1_000).toFixed(3) as FieldValue;
}

const MEASUREMENT = /[\\, \n\r\t]/g;
const KEY = /[\\,= \n\r\t]/g;

/** Ends of lines and tabs have no escape; they become the two characters they are written as in programs. */
const WRITTEN: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Backslashes are doubled: one before a separator, or at the end, would take it in. (InfluxDB 1 keeps both
 * of them, others one.)
 */
function escape(text: string, special: RegExp): string {
  return text.replace(special, (character) => WRITTEN[character] ?? `\\${character}`);
}

/** Beyond what a number holds exactly. */
function nanoseconds(ms: number): string {
  return String(BigInt(ms) * 1_000_000n);
}
