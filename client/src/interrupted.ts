/** Aborts on Ctrl-C, or when nobody reads what is printed any more: that is how following ends. */
export function interrupted(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  process.stdout.once('error', () => stop.abort());
  return stop.signal;
}

/** Aborts when nobody reads what is printed any more. */
export function unread(): AbortSignal {
  const stop = new AbortController();
  process.stdout.once('error', () => stop.abort());
  return stop.signal;
}
