import { concatenate, encodeFrame, encodeMessage, type WireMessage } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { send, type Client } from '../session/client.ts';
import { ask, messagesIn } from './testing/local-client.ts';
import {
  commandsIn,
  doorOf,
  lastCommandIn,
  recordedDialogues,
} from './testing/recorded-dialogues.ts';
import { SocketsUnderTest } from './testing/sockets-under-test.ts';

describe("the original's clients", () => {
  it('are heard and answered as they were, byte for byte', async () => {
    let expected: readonly WireMessage[] = [];
    let next = 0;
    let contents: Uint8Array[] = [];
    await using sockets = await SocketsUnderTest.start(async (order, client) => {
      if (order.command.kind === 'block-set') contents.push(await readToEnd(client));
      const first = expected[next] ?? assert.fail('nothing was answered');
      next += 1;
      await send(client, first.payload);
      // What streams has headers of its own.
      for (; expected[next]?.payload.kind === 'data'; next += 1) {
        const data = expected[next];
        if (data !== undefined) await client.write(encodeFrame(encodeMessage(data)));
      }
    });
    const dialogues = recordedDialogues();
    assert.ok(dialogues.length > 75, String(dialogues.length));
    for (const { title, request, reply } of dialogues) {
      [expected, next] = [messagesIn(reply), 0];
      const before = sockets.orders.length;
      const { command } = lastCommandIn(request);
      const endsItself = command.kind === 'policy-add';
      const answer = await ask(sockets.path(doorOf(command)), request, { endsItself });
      assert.ok(Buffer.from(answer).equals(reply), title);
      const orders = sockets.orders.slice(before).map(({ name, command }) => ({ name, command }));
      assert.deepEqual(orders, commandsIn(request), title);
    }
    assert.deepEqual(
      contents.map(({ length }) => length).toSorted((a, b) => a - b),
      [4428, 4428, 65_536, 65_536],
    );
  });
});

async function readToEnd({ frames }: Client): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const next = await frames.next();
    if (next.done === true) assert.fail('no end');
    if (next.value.kind === 'end') return concatenate(pieces);
    pieces.push(next.value.bytes);
  }
}
