/**
 * Aborts on Ctrl-C, or when nobody reads what is printed any more: that is how following ends. Once it is disposed
 * of, Ctrl-C ends the process again; who follows until the process ends has no need to.
 */
export function interrupted(): AbortSignal & Disposable {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  for (const signal of SIGNALS) process.once(signal, abort);
  process.stdout.once('error', abort);
  return Object.assign(stop.signal, {
    [Symbol.dispose]: (): void => {
      for (const signal of SIGNALS) process.off(signal, abort);
      process.stdout.off('error', abort);
    },
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Aborts when nobody reads what is printed any more. */
export function unread(): AbortSignal {
  const stop = new AbortController();
  process.stdout.once('error', () => stop.abort());
  return stop.signal;
}
