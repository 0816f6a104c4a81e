import type { Target } from './target.ts';

/** Memory is wanted in millions of bytes, and measured in MiB and KiB. */
const MIB_PER_MB = 1e6 / 2 ** 20;
const KIB_PER_MB = 1e6 / 2 ** 10;
/** What the original takes for an image of 8 MB over TLS, measured where it could be built. */
const ORIGINAL_CREATE_MS = 1_500;

/** What was set out to be reached on two cores, from the bundles; docs/performance.md says what was. */
export const TARGETS: readonly Target[] = [
  {
    key: 'creates/first-byte',
    what: 'create to the first byte on the bus, beyond the bare tender',
    bound: { kind: 'beyond limit', value: 8 },
  },
  {
    key: 'creates/first-byte-with-tap',
    what: 'the same with a tap',
    bound: { kind: 'beyond limit', value: 8 },
  },
  {
    key: 'creates/at-once',
    what: 'creates a second, 200 at once',
    bound: { kind: 'value', of: 'median', is: 'at least', value: 150 },
  },
  ...[1, 8].map((inFlight) => ({
    key: `requests/info-1000-${inFlight}`,
    what: `info of one of 1,000, ${inFlight} in flight, against an empty endpoint`,
    bound: { kind: 'ratio', is: 'at least', value: 0.5 } as const,
  })),
  {
    key: 'requests/info-1000-8-latency',
    what: 'info of one of 1,000, 8 in flight, all but the slowest of a hundred',
    bound: { kind: 'value', of: 'p99', is: 'at most', value: 5 },
  },
  {
    key: 'consoles/recorded',
    what: 'lines of 100 bytes a second from 100 fifos, none lost',
    bound: { kind: 'value', of: 'median', is: 'at least', value: 400_000 },
  },
  {
    key: 'consoles/recorded-cpu',
    what: 'CPU for each of these lines',
    bound: { kind: 'value', of: 'median', is: 'at most', value: 2 },
  },
  {
    key: 'consoles/full-ring',
    what: 'memory of a full history',
    bound: { kind: 'value', of: 'median', is: 'at most', value: 160 },
  },
  {
    key: 'sweeps/sweep-1000',
    what: 'a sweep of statistics over 1,000 processes with taps',
    bound: { kind: 'value', of: 'median', is: 'at most', value: 15 },
  },
  ...(['p256', 'ed25519'] as const).map((keys) => ({
    key: `sessions/info-${keys}-16`,
    what: `TLS sessions with info, ${keys} keys, 16 in flight, against openssl s_server`,
    bound: { kind: 'ratio', is: 'at least', value: 0.8 } as const,
  })),
  ...(['embedded', 'streamed'] as const).map((way) => ({
    key: `sessions/create-${way}`,
    what: `create over TLS with an image of 8 MB, ${way}: 0.3 × the original's 1.5 s`,
    bound: {
      kind: 'value',
      of: 'median',
      is: 'at most',
      value: 0.3 * ORIGINAL_CREATE_MS,
    } as const,
  })),
  {
    key: 'client/info',
    what: 'albatross info as a process, beyond a Node that does nothing',
    bound: { kind: 'beyond limit', value: 60 },
  },
  {
    key: 'memory/idle',
    what: 'Pss of the whole idle system, nats-server included: 200 MB',
    bound: { kind: 'value', of: 'median', is: 'at most', value: 200 * MIB_PER_MB },
  },
  {
    key: 'memory/1000-supervisor',
    what: 'Pss of supervisor with 1,000 unikernels: 100 MB',
    bound: { kind: 'value', of: 'median', is: 'at most', value: 100 * MIB_PER_MB },
  },
  {
    key: 'memory/large-image',
    what: 'supervisor while large images come, against as much in small ones: flat, but for a quarter',
    bound: { kind: 'ratio', is: 'at most', value: 1.25 },
  },
  {
    key: 'memory/per-unikernel',
    what: 'all that a unikernel takes beyond its tender: 1 MB',
    bound: { kind: 'value', of: 'median', is: 'at most', value: KIB_PER_MB },
  },
  {
    key: 'restart-gap/from-kill',
    what: 'kill -9 of supervisor with 500 unikernels, until all are adopted and it answers',
    bound: { kind: 'value', of: 'median', is: 'at most', value: 2_000 },
  },
];
