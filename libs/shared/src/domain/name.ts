/**
 * Names form a tree like DNS. A name is a path of labels and, for a unikernel, one more label:
 *
 * ```abnf
 * name           = unikernel-name / path-name
 * unikernel-name = [":"] *(label ":") label      ; "hello", "foo:hello"
 * path-name      = ":" / [":"] 1*(label ":")     ; ":" is the root, "foo:" the path foo
 * label          = 1*63(ALPHA / DIGIT / "-" / ".")  ; not beginning with "-", lower-cased when parsed
 * ```
 *
 * Inside the program a name is the string people see, without the optional leading colon: `hello`,
 * `foo:hello`, `foo:`, `:`. It can only be made here, so whoever holds one holds a legal name, and two
 * names are the same exactly when the strings are. A path and a unikernel of the same labels (`foo:bar:`
 * and `foo:bar`) are different names.
 */
export type UnikernelName = string & { readonly [nameBrand]: 'unikernel' };
export type PathName = string & { readonly [nameBrand]: 'path' };
export type Name = UnikernelName | PathName;

declare const nameBrand: unique symbol;

/** Bytes a whole name may have; with a life's number behind it, it must still fit a file name. */
export const NAME_BYTES_MAX = 200;
export const LABEL_BYTES_MAX = 63;

export const ROOT = ':' as PathName;

/** Thrown for text that is no name; the message says what is wrong and what would be right. */
export class NameError extends Error {
  override readonly name = 'NameError';
}

/** Reads a name in either printed or wire form. Throws `NameError`. */
export function parseName(text: string): Name {
  if (text.length <= NAME_BYTES_MAX && LEGAL.test(text)) return text as Name;
  if (text === '') throw new NameError('a name may not be empty; the root is written ":"');
  const inner = text.startsWith(':') ? text.slice(1) : text;
  if (inner.length > NAME_BYTES_MAX) {
    throw new NameError(
      `a name has at most ${NAME_BYTES_MAX} characters, this one ${inner.length}`,
    );
  }
  if (inner === '') return ROOT;
  const isPath = inner.endsWith(':');
  const labels = (isPath ? inner.slice(0, -1) : inner).split(':').map((l) => parseLabel(l, text));
  return (labels.join(':') + (isPath ? ':' : '')) as Name;
}

/** Like `parseName`, for the name of one unikernel. Throws `NameError`. */
export function parseUnikernelName(text: string): UnikernelName {
  const name = parseName(text);
  if (isPathName(name)) {
    throw new NameError(
      `${quote(text)} is a path; a unikernel's name ends in a label, as in "foo:hello"`,
    );
  }
  return name;
}

/** As most are that are read: those that a program has parsed before. */
const LABEL = `[a-z0-9.][a-z0-9.-]{0,${LABEL_BYTES_MAX - 1}}`;
const LEGAL = new RegExp(`^(?:${LABEL}:)*${LABEL}:?$`);

function parseLabel(label: string, whole: string): string {
  // Only for a refusal: names are read for every message.
  const place = (): string => (label === whole ? '' : ` in ${quote(whole)}`);
  if (label === '')
    throw new NameError(`empty label${place()}; labels are separated by single colons`);
  if (label.length > LABEL_BYTES_MAX) {
    throw new NameError(
      `the label ${quote(label)}${place()} has ${label.length} characters; at most ${LABEL_BYTES_MAX} are allowed`,
    );
  }
  if (label.startsWith('-')) {
    throw new NameError(`the label ${quote(label)}${place()} begins with "-"; it may not`);
  }
  if (!/^[A-Za-z0-9.-]+$/.test(label)) {
    throw new NameError(
      `the label ${quote(label)}${place()} has other characters than letters, digits, "-" and "."`,
    );
  }
  return label.toLowerCase();
}

const quote = (text: string): string => JSON.stringify(text);

export function isPathName(name: Name): name is PathName {
  return name.endsWith(':');
}

/** The labels from the root downwards, a unikernel's own last. */
export function labelsOf(name: Name): readonly string[] {
  return name.split(':').filter((label) => label !== '');
}

/** A unikernel's own label. */
export function labelOf(name: UnikernelName): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

/** The path a unikernel lives in: `foo:` for `foo:hello`, the root for `hello`. */
export function pathOf(name: UnikernelName): PathName {
  const end = name.lastIndexOf(':');
  return end === -1 ? ROOT : (name.slice(0, end + 1) as PathName);
}

/** Whether `name` is `path` itself or stands anywhere below it. */
export function isWithin(name: Name, path: PathName): boolean {
  return path === ROOT || name.startsWith(path);
}

/**
 * The form of the wire and of file names: it always holds a colon, so that no label, `..` least of all,
 * can be taken for a part of a file path.
 */
export function wireForm(name: Name): string {
  return name.includes(':') ? name : `:${name}`;
}

/**
 * The tokens that stand for a name at the end of a subject: its labels, `.` written `_`, and a `:` at
 * the end where it is a path. No label holds `_`, so this can be undone.
 */
export function subjectTokens(name: Name): string {
  if (name === ROOT) return ROOT;
  // Of a path, the last colon is behind the dot that it becomes.
  const tokens = name.replaceAll('.', '_').replaceAll(':', '.');
  return isPathName(name) ? `${tokens}:` : tokens;
}

/** A name's labels as tokens of a subject. */
export function labelTokens(name: Name): readonly string[] {
  return labelsOf(name).map((label) => label.replaceAll('.', '_'));
}
