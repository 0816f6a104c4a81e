import type { DerReader } from '../der/reader.ts';
import * as der from '../der/writer.ts';
import { readBlockCommand, writeBlockCommand, type BlockCommand } from './block-command.ts';
import { readConsoleCommand, writeConsoleCommand, type ConsoleCommand } from './console-command.ts';
import { readPolicyCommand, writePolicyCommand, type PolicyCommand } from './policy-command.ts';
import { readStatsCommand, writeStatsCommand, type StatsCommand } from './stats-command.ts';
import {
  readUnikernelCommand,
  writeUnikernelCommand,
  type UnikernelCommand,
} from './unikernel-command.ts';

/** What somebody wants done with a name, in a message as in a certificate. */
export type WireCommand =
  | ConsoleCommand
  | StatsCommand
  | UnikernelCommand
  | PolicyCommand
  | BlockCommand;

/**
 * ```asn1
 * Command ::= CHOICE {
 *   console [0] ConsoleCmd, statistics [1] StatsCmd,
 *   log [2] NULL,                                    -- refused since 1.2
 *   unikernel [3] UnikernelCmd, policy [4] PolicyCmd, block [5] BlockCmd }
 * ```
 *
 * Bytes are views of what is read. Throws `WireError`.
 */
export function readCommand(reader: DerReader): WireCommand {
  return reader.choice<WireCommand>({
    0: readConsoleCommand,
    1: readStatsCommand,
    3: readUnikernelCommand,
    4: readPolicyCommand,
    5: readBlockCommand,
  });
}

/** In its newest form; as it was said where the reply has to be that of an older one. */
export function writeCommand(command: WireCommand): der.Encoded {
  switch (command.kind) {
    case 'console-add':
    case 'console-subscribe':
    case 'console-list-inactive':
      return der.explicit(0, writeConsoleCommand(command));
    case 'stats-add':
    case 'stats-remove':
    case 'stats-subscribe':
    case 'stats-initial':
      return der.explicit(1, writeStatsCommand(command));
    case 'unikernel-info':
    case 'unikernel-create':
    case 'unikernel-force-create':
    case 'unikernel-restart':
    case 'unikernel-destroy':
    case 'unikernel-get':
      return der.explicit(3, writeUnikernelCommand(command));
    case 'policy-info':
    case 'policy-add':
    case 'policy-remove':
      return der.explicit(4, writePolicyCommand(command));
    case 'block-info':
    case 'block-add':
    case 'block-remove':
    case 'block-set':
    case 'block-dump':
    case 'block-old-add':
    case 'block-old-set':
    case 'block-old-dump':
      return der.explicit(5, writeBlockCommand(command));
  }
}
