import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import type { Note } from '../transcript.ts';

export function data(text: string, at = 1): Extract<Note, { kind: 'data' }> {
  return { kind: 'data', at, bytes: Buffer.from(text) };
}

/** `3 a line`, `4 <boot 7>`, `5 <exit 7 status 0>`, `6 <gap>`. */
export function show({ seq, entry }: ConsoleEntry): string {
  switch (entry.kind) {
    case 'line':
      return `${seq} ${Buffer.from(entry.bytes).toString('latin1')}${entry.truncated ? '…' : ''}`;
    case 'boot':
      return `${seq} <boot ${entry.life}>`;
    case 'exit':
      return `${seq} <exit ${entry.life} ${entry.why}>`;
    case 'gap':
      return `${seq} <gap>`;
    case 'dropped':
      return `${seq} <dropped ${entry.lines}>`;
  }
}

/** Everything about an entry, comparable whatever class of bytes it has. */
export function plain(entries: readonly ConsoleEntry[]): readonly string[] {
  return entries.map(
    (one) => `${one.at} ${show(one)} ${JSON.stringify({ ...one.entry, bytes: 0 })}`,
  );
}
