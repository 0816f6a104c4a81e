import type { UnikernelDetails, UnikernelSummary } from '@albatross/shared/contracts/unikernel';
import { describeExit } from '@albatross/shared/domain/exit';

/** The stable shape that programs get: times as RFC 3339, everything else as on the bus. */
export function toJson(unikernel: UnikernelSummary | UnikernelDetails): object {
  const { startedAt } = unikernel;
  return { ...unikernel, startedAt: startedAt === null ? null : new Date(startedAt).toISOString() };
}

/** Rows with aligned columns, the heading first. */
export function toTable(unikernels: readonly UnikernelSummary[]): readonly string[] {
  const rows = [
    ['NAME', 'STATE', 'PID', 'MEMORY', 'STARTED', 'RESTARTS', 'IMAGE'],
    ...unikernels.map((one) => [
      one.name,
      one.exit === null ? one.state : `${one.state}: ${describeExit(one.exit)}`,
      one.pid === null ? '-' : String(one.pid),
      `${one.memoryMib} MiB`,
      one.startedAt === null ? '-' : new Date(one.startedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
      String(one.restarts),
      `${one.target} ${one.digest.slice(0, 12)}`,
    ]),
  ];
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
