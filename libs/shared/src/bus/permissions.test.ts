import assert from 'node:assert/strict';
import { createInbox, Events } from 'nats';
import { describe, it } from 'node:test';
import { consoleHistory } from '../contracts/console.ts';
import { requestSubject } from '../contracts/request.ts';
import { listUnikernels } from '../contracts/unikernel.ts';
import { parseUnikernelName, ROOT } from '../domain/name.ts';
import { encode } from './codec.ts';
import { failureCode } from './testing/asserts.ts';
import { RealServer } from './testing/real-server.ts';

const hello = parseUnikernelName('hello');

describe('permissions on the bus', () => {
  it('keeps an identity from asking in the name of another', async () => {
    await using server = await RealServer.start();
    const bare = await server.connectBare('console');
    await assert.rejects(
      bare.request(requestSubject(listUnikernels, 'admin', ROOT), encode({ name: ':' })),
      { code: 'PERMISSIONS_VIOLATION' },
    );
    await bare.close();
  });

  it('keeps an identity from listening to the replies of another', async () => {
    await using server = await RealServer.start();
    const bare = await server.connectBare('console');
    const refused = new Promise<string>((resolve) => {
      bare.subscribe(createInbox('_INBOX.admin'), {
        callback: (error) => resolve(error?.code ?? 'received'),
      });
    });
    assert.equal(await refused, 'PERMISSIONS_VIOLATION');
    await bare.close();
  });

  it('lets an identity without publish rights publish nothing at all', async () => {
    await using server = await RealServer.start();
    const defects: string[] = [];
    await using watcher = await server.connect('watcher', {
      onDefect: (error) => defects.push(String(error)),
    });
    assert.equal(
      await failureCode(
        watcher.request(consoleHistory, { name: hello, from: { kind: 'count', count: 1 } }),
      ),
      'PERMISSION_DENIED',
    );
    const bare = await server.connectBare('watcher');
    const violation = (async (): Promise<string> => {
      for await (const status of bare.status())
        if ((status.type as Events) === Events.Error) return JSON.stringify(status.data);
      return 'closed';
    })();
    bare.publish('albatross.v1.console.hello', encode({}));
    assert.match(await violation, /PERMISSIONS_VIOLATION/);
    await bare.close();
  });
});
