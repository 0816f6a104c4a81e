import { isPathName, type Name } from '@albatross/shared/domain/name';
import type { WireCommand, WireMessage } from '@albatross/wire';
import type { Output } from '../output.ts';
import type { Session } from '../session.ts';
import { showLines } from './console-there.ts';
import type { CsrPlace, RemotePlace } from './destination-options.ts';
import { expectDone } from './expected-reply.ts';
import { giveOrder, type RemoteOrder, type ShowReply } from './give-order.ts';
import { showUnikernels } from './info-reply.ts';
import { showBlocks, showConsoles, showPolicies } from './list-replies.ts';
import { showSamples } from './samples-reply.ts';

/** Gives an order, and shows what comes back. Throws a `Failure`. */
export async function askThere(
  session: Session,
  place: CsrPlace | RemotePlace,
  order: RemoteOrder,
): Promise<void> {
  const show = showAnswer(session.output, order.name, order.command);
  await giveOrder(session, place, order, show);
}

/** Shows what comes back for a command, whichever it is; but no images and contents, which go to files. */
export function showAnswer(output: Output, asked: Name, { kind }: WireCommand): ShowReply {
  switch (kind) {
    case 'unikernel-info':
      return (message) => showUnikernels(output, asked, message);
    case 'block-info':
      return (message) => showBlocks(output, asked, message);
    case 'policy-info':
      return (message) => showPolicies(output, message);
    case 'console-list-inactive':
      return (message) => showConsoles(output, message);
    case 'stats-subscribe':
      return showSamples(output);
    case 'console-subscribe':
      // No server follows those of a path: it refuses.
      return isPathName(asked) ? () => undefined : showLines(output, asked);
    default:
      return (message) => showDone(output, message);
  }
}

/** In the words of the server. */
function showDone(output: Output, message: WireMessage): void {
  const { name } = message.header;
  const result = expectDone(message);
  output.done({ name, result }, `${name}: ${result}`);
}
