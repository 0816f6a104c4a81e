import { Failure } from '@albatross/shared/contracts/failures';

/**
 * What tells that a guest does what it is for:
 *
 * ```abnf
 * check = "console:" PATTERN       ; it prints a line that this regular expression finds something in
 *       / "tcp:" HOST ":" PORT     ; somebody there accepts a connection; an IPv6 address is in brackets
 *       / "up:" SECONDS            ; it lives so long without ending
 * ```
 */
export type Check =
  | { readonly kind: 'console'; readonly pattern: RegExp }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'up'; readonly ms: number };

/** Who says nothing else waits for a life of so long. */
export const READY_UP_DEFAULT_MS = 5_000;
/** Within so long everything has to hold, unless somebody says otherwise. */
export const READY_WITHIN_DEFAULT_MS = 60_000;
/** The longest that anybody can wait for: a day. */
export const READY_WITHIN_MAX_MS = 86_400_000;

export const CHECKS_DEFAULT: readonly Check[] = [{ kind: 'up', ms: READY_UP_DEFAULT_MS }];

/** Throws a `Failure` that says what would be right. */
export function parseCheck(text: string): Check {
  const [, kind, value = ''] = /^(\w+):(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case 'console':
      return { kind, pattern: parsePattern(value) };
    case 'tcp':
      return { kind, ...parseAddress(value) };
    case 'up':
      return { kind, ms: parseSeconds(`--ready up:SECONDS`, value) };
    default:
      throw invalid(
        `--ready is console:PATTERN, tcp:HOST:PORT or up:SECONDS; ${JSON.stringify(text)} is none of them`,
      );
  }
}

/** As it is written on the command line. */
export function describeCheck(check: Check): string {
  switch (check.kind) {
    case 'console':
      return `console:${check.pattern.source}`;
    case 'tcp':
      return `tcp:${check.host.includes(':') ? `[${check.host}]` : check.host}:${check.port}`;
    case 'up':
      return `up:${check.ms / 1000}`;
  }
}

/** A time in seconds, with a fraction or without; milliseconds. Throws a `Failure`. */
export function parseSeconds(option: string, text: string): number {
  const ms = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Math.round(Number(text) * 1000) : 0;
  if (ms >= 1 && ms <= READY_WITHIN_MAX_MS) return ms;
  throw invalid(
    `${option} is a number of seconds, up to ${READY_WITHIN_MAX_MS / 1000}, as in 10 or 0.5; ${JSON.stringify(text)} is not`,
  );
}

function parsePattern(text: string): RegExp {
  if (text === '') throw invalid('--ready console: needs a regular expression behind the colon');
  try {
    return new RegExp(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const what = /: ([^:]*)$/.exec(why)?.[1] ?? why;
    throw invalid(
      `--ready console:PATTERN takes a regular expression; ${JSON.stringify(text)} is none: ${what}`,
    );
  }
}

function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const [, inBrackets, plain, digits] =
    /^(?:\[([^\]\s]+)\]|([^:\s[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = inBrackets ?? plain;
  const port = Number(digits);
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw invalid(
    `--ready tcp:HOST:PORT is as in tcp:10.0.0.2:80 or tcp:[fd00::2]:80; ${JSON.stringify(text)} is not`,
  );
}

function invalid(message: string): Failure {
  return new Failure('USAGE_INVALID', message);
}
