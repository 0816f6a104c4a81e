import { decodeMessage, type WireCommand } from '@albatross/wire';
import type { Name } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { recordedBytes, recordedIn } from '../../session/testing/recorded-streams.ts';
import type { Door } from '../door.ts';

/** What a client of the original, or its TLS endpoint, was heard to say on a socket, and what it was told. */
export interface Dialogue {
  readonly title: string;
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
}

/** Those of which both sides are there: what was said twice is so only once. */
export function recordedDialogues(): readonly Dialogue[] {
  const all = new Set(recordedIn('local'));
  return [...all].flatMap((file) => {
    if (!file.endsWith('.request')) return [];
    const title = file.slice(0, -'.request'.length);
    const reply = `${title}.reply`;
    if (!all.has(reply)) return [];
    return [{ title, request: recordedBytes(file), reply: recordedBytes(reply) }];
  });
}

/** Up to the one that content follows. */
export function commandsIn(request: Uint8Array): readonly { name: Name; command: WireCommand }[] {
  const commands = [];
  for (let rest = request; rest.length > 0;) {
    const end = 4 + new DataView(rest.buffer, rest.byteOffset).getUint32(0);
    const { header, payload } = decodeMessage(rest.subarray(4, end));
    assert.ok(payload.kind === 'command');
    commands.push({ name: header.name, command: payload.command });
    if (payload.command.kind === 'block-set') break;
    rest = rest.subarray(end);
  }
  return commands;
}

/** The last of them: policies come before. */
export function lastCommandIn(request: Uint8Array): { name: Name; command: WireCommand } {
  return commandsIn(request).at(-1) ?? assert.fail('no command');
}

export function doorOf({ kind }: WireCommand): Door {
  if (kind.startsWith('console-')) return 'console';
  return kind.startsWith('stats-') ? 'stat' : 'vmmd';
}
