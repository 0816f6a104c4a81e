/** How a life ended. `unknown`: nobody was there to see it, which counts as a failure. */
export type Exit =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'signal'; readonly signal: number }
  | { readonly kind: 'unknown' };

/**
 * Stands in place of an exit while only the console knows it: qemu ends with the same status always, and
 * Solo5 prints the guest's own. The keeper replaces it when console has said so.
 */
export const UNSAID = 'unsaid\n';

/**
 * Reads what a keeper wrote about its tender's end:
 *
 * ```abnf
 * exit   = status " " [reason] LF
 * status = 1*3DIGIT   ; the shell's $?, a death by signal n folded into 128 + n
 * reason = text       ; what the shell says of a death by signal: "Terminated", "Segmentation fault"
 * ```
 *
 * Only the reason tells a guest's own exit(143) from a death by SIGTERM; for SIGINT and SIGPIPE the
 * shell gives none, so they count as signals by their number.
 */
export function parseExit(text: string): Exit {
  const match = /^(?<status>\d{1,3}) (?<reason>[^\n]*)\n$/.exec(text);
  if (match?.groups === undefined) return { kind: 'unknown' };
  const status = Number(match.groups['status']);
  if (status > STATUS_MAX) return { kind: 'unknown' };
  const silent = status === 128 + SIGINT || status === 128 + SIGPIPE;
  if (status > 128 && (match.groups['reason'] !== '' || silent)) {
    return { kind: 'signal', signal: status - 128 };
  }
  return { kind: 'status', status };
}

const STATUS_MAX = 255;
const SIGINT = 2;
const SIGPIPE = 13;

/** For people: `status 3`, `signal 15`, `unknown`. */
export function describeExit(exit: Exit): string {
  switch (exit.kind) {
    case 'status':
      return `status ${exit.status}`;
    case 'signal':
      return `signal ${exit.signal}`;
    case 'unknown':
      return 'unknown';
  }
}
