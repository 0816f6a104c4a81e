/** `364 days`, `23 hours`, `5 minutes`, `1 second`: in whole units, of the largest there are two of. */
export function durationWords(durationMs: number): string {
  const unit = UNITS.find(({ ms }) => durationMs >= 2 * ms) ?? SECOND;
  const count = Math.floor(durationMs / unit.ms);
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`;
}

const SECOND = { name: 'second', ms: 1000 } as const;

const UNITS = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
  SECOND,
] as const;
