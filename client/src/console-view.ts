import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { escapeControl } from './escape.ts';

/** `{ name, seq, at, line }`, and with `marker` for what is no line of the guest: a boot, an exit, a gap. */
export function entryToJson(name: UnikernelName, { seq, at, entry }: ConsoleEntry): object {
  const line = { name, seq, at: new Date(at).toISOString(), line: textOf(entry) };
  switch (entry.kind) {
    case 'line':
      return entry.truncated ? { ...line, truncated: true } : line;
    case 'boot':
    case 'exit':
    case 'gap':
      return { ...line, marker: entry.kind };
  }
}

/** One line for a terminal. */
export function entryToText({ at, entry }: ConsoleEntry): string {
  const text = escapeControl(textOf(entry));
  return `${new Date(at).toISOString()} ${entry.kind === 'line' ? text : `-- ${text} --`}`;
}

function textOf(entry: ConsoleEntry['entry']): string {
  switch (entry.kind) {
    case 'line':
      return Buffer.from(entry.bytes).toString('utf8') + (entry.truncated ? ' [truncated]' : '');
    case 'boot':
      return `boot, life ${entry.life}`;
    case 'exit':
      return `exit, ${entry.why}`;
    case 'gap':
      return `gap: ${entry.why}`;
  }
}
