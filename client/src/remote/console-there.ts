import type { UnikernelName } from '@albatross/shared/domain/name';
import { ConsoleOutput } from '../console-output.ts';
import type { Output } from '../output.ts';
import type { Session } from '../session.ts';
import type { CsrPlace, RemotePlace } from './destination-options.ts';
import { expectReply, unexpected } from './expected-reply.ts';
import { giveOrder, type RemoteOrder, type ShowReply } from './give-order.ts';

interface Wanted {
  readonly name: UnikernelName;
  readonly from: Extract<RemoteOrder['command'], { kind: 'console-subscribe' }>['from'];
  readonly isRaw: boolean;
}

/** Shows what one unikernel prints on another host, until Ctrl-C. Throws a `Failure`. */
export async function followThere(
  session: Session,
  place: CsrPlace | RemotePlace,
  { name, from, isRaw }: Wanted,
): Promise<void> {
  const order = { name, command: { kind: 'console-subscribe', from } } as const;
  await giveOrder(session, place, order, showLines(session.output, name, isRaw));
}

/**
 * Shows what a console tells, no faster than it is read:
 *
 * ```text
 * console = reply(string) *data(console)   ; "subscribed", or "waiting for VM" when nothing is kept of it
 * ```
 */
export function showLines(output: Output, name: UnikernelName, isRaw = false): ShowReply {
  const reader = new ConsoleOutput({ isRaw, isNamed: false }, output);
  let isBegun = false;
  return async (message) => {
    const { payload } = message;
    if (!isBegun) {
      isBegun = true;
      if (expectReply(message, 'string').text === 'waiting for VM')
        output.note(`waiting for ${name} to print something`);
      return;
    }
    if (payload.kind !== 'data' || payload.data.kind !== 'console')
      throw unexpected(payload, 'console');
    const { at, line: bytes } = payload.data;
    // A line that was cut says so itself.
    reader.show(name, { at, entry: { kind: 'line', bytes, truncated: false } });
    await reader.room();
  };
}
