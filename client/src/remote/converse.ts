import { Failure } from '@albatross/shared/contracts/failures';
import { commandRule, type WireCommand } from '@albatross/wire';
import { interrupted } from '../interrupted.ts';
import { connect, PATIENCE, type Connection, type Patience } from './connect.ts';
import type { Credentials } from './credentials.ts';
import { describeServer, type HostPort } from './destination-options.ts';
import type { ShowReply } from './give-order.ts';
import { receiveMessages } from './receive-messages.ts';
import { ServerRefusal } from './server-refusal.ts';
import { sendContent, type Content } from './send-content.ts';

/** What is said to a server; the command itself is in the certificate. */
export interface Conversation extends Content {
  readonly command: WireCommand;
  readonly onReceived?: OnReceived;
}

/** Told how many more bytes came. */
export type OnReceived = (bytes: number) => void;

/** Resolves when everything was answered; a stream, with Ctrl-C. Throws a `Failure`, or what `show` throws. */
export async function converse(
  server: HostPort,
  credentials: Credentials,
  conversation: Conversation,
  show: ShowReply,
  patience: Patience = PATIENCE,
): Promise<void> {
  const connection = await connect(server, credentials, patience);
  const { tls, tcp } = connection;
  const sending = sendContent(tls, conversation);
  try {
    if (commandRule(conversation.command).answer === 'stream')
      await follow(server, connection, show);
    else await hear(server, connection, conversation, show, patience);
  } finally {
    tls.destroy();
    tcp.destroy();
    await sending;
  }
}

async function hear(
  server: HostPort,
  connection: Connection,
  { command, onReceived }: Conversation,
  show: ShowReply,
  { silenceMs }: Patience,
): Promise<void> {
  const { tls, tcp } = connection;
  let isShowing = false;
  tcp.setTimeout(silenceMs, () => {
    // While nothing is taken from the server, it is not the one who is silent.
    if (isShowing) tcp.setTimeout(silenceMs);
    else tls.destroy(silence(server, silenceMs));
  });
  const isComplete = await receiveMessages(
    server,
    connection,
    commandRule(command).answer,
    async (message) => {
      isShowing = true;
      await show(message);
      isShowing = false;
    },
    onReceived,
  );
  if (!isComplete) throw unanswered(server);
}

/** Until Ctrl-C, which is how following ends: that the server ends it is a failure. */
async function follow(server: HostPort, connection: Connection, show: ShowReply): Promise<void> {
  const stop = interrupted();
  const { tls } = connection;
  stop.addEventListener('abort', () => tls.end(() => tls.destroy()), { once: true });
  try {
    const isBegun = await receiveMessages(server, connection, 'stream', async (message) => {
      if (!stop.aborted) await show(message);
    });
    if (!stop.aborted) throw isBegun ? ended(server) : unanswered(server);
  } catch (error) {
    if (!stop.aborted) throw isEnd(error) ? ended(server) : error;
  }
}

/** The original's endpoint says this behind every stream, whatever ended it. */
function isEnd(error: unknown): boolean {
  return (
    error instanceof ServerRefusal && error.message.endsWith(': exception while reading from fd')
  );
}

function silence(server: HostPort, silenceMs: number): Failure {
  const message = `nothing came from ${describeServer(server)} for ${silenceMs / 1000} s; it may have done it or not`;
  return new Failure('DEADLINE_EXCEEDED', message);
}

function unanswered(server: HostPort): Failure {
  const why = 'it may not let this certificate do this, and its log says why';
  const message = `${describeServer(server)} closed the connection without a whole answer; ${why}`;
  return new Failure('REMOTE_LOST', message);
}

function ended(server: HostPort): Failure {
  return new Failure('REMOTE_LOST', `${describeServer(server)} ended the stream`);
}
