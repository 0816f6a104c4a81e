import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceManager, takeNotification, type Notification } from './service-manager.ts';
import { TemporaryFolder } from './testing/temporary-folder.ts';

describe('what systemd wants to know', () => {
  it('is taken out of the environment, so that nothing started from here speaks in our name', () => {
    const env: NodeJS.ProcessEnv = {
      NOTIFY_SOCKET: '/run/systemd/notify',
      WATCHDOG_USEC: '30000000',
      WATCHDOG_PID: String(process.pid),
      PATH: '/bin',
    };
    assert.deepEqual(takeNotification(env), {
      socket: '/run/systemd/notify',
      watchdogMs: 30_000,
      path: '/bin',
    });
    assert.deepEqual(env, { PATH: '/bin' });
  });

  it('is nothing without a socket', () => {
    assert.equal(takeNotification({ WATCHDOG_USEC: '30000000' }), null);
  });

  it('is no sign of life when the watchdog is for another process, or says no time', () => {
    const socket = '/run/systemd/notify';
    for (const watchdog of [
      { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' },
      { WATCHDOG_USEC: '0' },
      { WATCHDOG_USEC: 'often' },
      {},
    ])
      assert.equal(takeNotification({ NOTIFY_SOCKET: socket, ...watchdog })?.watchdogMs, null);
  });
});

describe('a service', { timeout: 30_000 }, () => {
  it('says once that it is ready, and at the end that it stops', async () => {
    await using folder = await TemporaryFolder.make();
    const { said, notification } = listenIn(folder, null);
    {
      using manager = new ServiceManager(notification, quiet());
      manager.ready();
      manager.ready();
      await until(() => said().length === 1);
    }
    await until(() => said().length === 2);
    assert.deepEqual(said(), ['/run/notify READY=1', '/run/notify STOPPING=1']);
  });

  it('says nothing at the end when it never was ready', async () => {
    await using folder = await TemporaryFolder.make();
    const { said, notification } = listenIn(folder, 20);
    new ServiceManager(notification, quiet())[Symbol.dispose]();
    assert.deepEqual(said(), []);
  });

  it('gives signs of life while it is well, and none while it is not', async () => {
    await using folder = await TemporaryFolder.make();
    const { said, notification } = listenIn(folder, 20);
    let isWell = true;
    let asked = 0;
    const whether = (): boolean => {
      asked += 1;
      return isWell;
    };
    using manager = new ServiceManager(notification, { ...quiet(), isWell: whether });
    manager.ready();
    const signs = (): number => said().filter((line) => line.endsWith('WATCHDOG=1')).length;
    await until(() => signs() >= 2);
    isWell = false;
    const before = asked;
    await until(() => asked >= before + 20);
    // Those that were on their way have arrived by then.
    const last = signs();
    const after = asked;
    await until(() => asked >= after + 20);
    assert.equal(signs(), last);
  });

  it('does nothing when nobody wants to know', () => {
    using manager = new ServiceManager(null, quiet());
    manager.ready();
  });

  it('goes on when nobody can be told, says so, and tries again', async () => {
    const defects: unknown[] = [];
    using manager = new ServiceManager(
      { socket: '/run/notify', watchdogMs: null, path: '/nonexistent' },
      { isWell: () => true, onDefect: (error) => defects.push(error) },
    );
    manager.ready();
    await until(() => defects.length === 2);
    assert.match(String(defects[0]), /systemd-notify/);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

const quiet = () => ({
  isWell: () => true,
  onDefect: (error: unknown) => assert.fail(String(error)),
});

/** In the place of systemd and its program. */
function listenIn(folder: TemporaryFolder, watchdogMs: number | null) {
  const heard = folder.file('heard');
  writeFileSync(heard, '');
  const script = `#!/bin/sh\necho "$NOTIFY_SOCKET $1" >>'${heard}'\n`;
  writeFileSync(folder.file('systemd-notify'), script, { mode: 0o755 });
  const notification: Notification = { socket: '/run/notify', watchdogMs, path: folder.path };
  const said = (): readonly string[] =>
    readFileSync(heard, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  return { said, notification };
}
