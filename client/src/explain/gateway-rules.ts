import { isPathName, type Name } from '@albatross/shared/domain/name';
import { commandRule, COMPRESSION_LEVEL_MAX, type WireCommand } from '@albatross/wire';
import { whyNotThere } from '../remote/protocol-limits.ts';
import { commandWord } from './command-words.ts';

/** Why a server that trusts the certificates would not carry out their command, and what would be right. */
export interface RuleRefusal {
  readonly reason: 'command' | 'name' | 'number';
  readonly message: string;
  /** Null where the message says it. */
  readonly remedy: string | null;
}

/** What can be told without the server. `name` is in full. Null when there is nothing. */
export function ruleRefusal(name: Name, command: WireCommand): RuleRefusal | null {
  const why = whyNotThere(command, 'remote');
  if (why !== null) return { reason: 'command', message: why, remedy: null };
  return nameRefusal(name, command) ?? numberRefusal(command);
}

function nameRefusal(name: Name, command: WireCommand): RuleRefusal | null {
  const { kind } = command;
  const { about } = commandRule(command);
  const isPath = isPathName(name);
  if (isPath && about === 'one') {
    const message = `${commandWord(kind)} is about one name, and ${name} is a path`;
    return { reason: 'name', message, remedy: 'sign it under a label as its common name' };
  }
  if (!isPath && about === 'path') {
    const message = `${commandWord(kind)} is about a path, and ${name} is none`;
    return { reason: 'name', message, remedy: 'sign it under "." as its common name' };
  }
  return null;
}

/** Numbers that the original does not look at, and suffers from. */
function numberRefusal(command: WireCommand): RuleRefusal | null {
  switch (command.kind) {
    case 'unikernel-get':
    case 'block-dump':
    case 'block-old-dump':
      if (command.level >= 0 && command.level <= COMPRESSION_LEVEL_MAX) return null;
      return wrong(`there is no compression level ${command.level}`, 'levels are 0 to 9');
    case 'console-subscribe':
      if (command.from.kind === 'since' || command.from.lines >= 0n) return null;
      return wrong(`a console has no ${command.from.lines} lines`, 'ask for 0 or more');
    case 'block-add':
    case 'block-old-add':
      if (command.size >= 1) return null;
      return wrong(`a block device has no ${command.size} MiB`, 'ask for 1 or more');
    default:
      return null;
  }
}

function wrong(message: string, remedy: string): RuleRefusal {
  return { reason: 'number', message, remedy };
}
