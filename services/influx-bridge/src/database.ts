/** Where lines are written to. */
export interface Database extends AsyncDisposable {
  /** All of these or, as far as we know, none. One try, with a deadline; never throws. */
  write(lines: readonly string[]): Promise<Outcome>;
  /** Whether the newest try succeeded and, where there is a connection, it lasts. */
  readonly isConnected: boolean;
}

export type Outcome =
  | { readonly kind: 'written' }
  /** It does not like the lines, or something in them; the same again would be refused again. */
  | { readonly kind: 'refused'; readonly why: string }
  /** It may go better later. */
  | { readonly kind: 'failed'; readonly why: string };

/** Before a try is given up. */
export const DATABASE_DEADLINE_MS = 10_000;

/** An error in one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of several addresses that were tried each has an error of its own, and the whole has no words.
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const words = errors.map((one) => (one instanceof Error ? one.message : String(one)));
  return [...new Set(words)].join(', ');
}
