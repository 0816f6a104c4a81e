import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NetworkNamespace } from '../testing/network-namespace.ts';
import { IpBatch, type IpCommand } from './ip-batch.ts';

const command = (words: string): IpCommand => words.split(' ');
const commands = (...lines: readonly string[]): readonly IpCommand[] => lines.map(command);

describe('IpBatch', async () => {
  const skip = await NetworkNamespace.whyNot();

  async function open(
    t: TestContext,
    options: { readonly deadlineMs?: number } = {},
  ): Promise<{ readonly network: NetworkNamespace; readonly ip: IpBatch }> {
    const network = await NetworkNamespace.open(t);
    const ip = new IpBatch({ path: network.path, ...options });
    t.after(async () => await ip[Symbol.asyncDispose]());
    return { network, ip };
  }

  it('carries out commands in order, run after run, by one process', { skip }, async (t) => {
    const { network, ip } = await open(t);
    await ip.run(commands('link add br0 type bridge', 'link set dev br0 alias albatross:a:b.c-d'));
    const pid = await network.ipPid();
    await ip.run(commands('link set dev br0 up'));
    assert.match(await network.ip('link show br0'), /UP.*\n.*\n *alias albatross:a:b\.c-d\n/);
    assert.equal(await network.ipPid(), pid);
  });

  it('starts nothing for nothing', { skip }, async (t) => {
    const { network, ip } = await open(t);
    await ip.run([]);
    await assert.rejects(network.ipPid(), { code: 'ENOENT' });
  });

  for (const [what, bad, said] of [
    [
      'the kernel refuses',
      'link add br1 type bridge',
      'ip: link add br1 type bridge: RTNETLINK answers: File exists',
    ],
    [
      'ip itself refuses',
      'link set dev br1 master br9',
      'ip: Error: argument "br9" is wrong: Device does not exist',
    ],
  ] as const)
    it(`stops at a command that ${what}, and repeats what was said`, { skip }, async (t) => {
      const { network, ip } = await open(t);
      await ip.run(commands('link add br1 type bridge'));
      await assert.rejects(
        ip.run(commands('link add br2 type bridge', bad, 'link add br3 type bridge')),
        { message: said },
      );
      assert.match(await network.ip('link show'), /br2/);
      assert.doesNotMatch(await network.ip('link show'), /br3/);
    });

  it('tells each of many runs its own result', { skip }, async (t) => {
    const { network, ip } = await open(t);
    const runs = Array.from({ length: 30 }, async (_, n) => {
      const device = n % 3 === 2 ? `br${n - 1}` : `br${n}`;
      return await ip.run(commands(`link add ${device} type bridge`, `link set dev ${device} up`));
    });
    const ends = await Promise.allSettled(runs);
    for (const [n, end] of ends.entries()) {
      if (n % 3 !== 2) assert.equal(end.status, 'fulfilled');
      else {
        assert.equal(end.status, 'rejected');
        assert.match(String(end.reason), new RegExp(`link add br${n - 1} type bridge: .*exists`));
      }
    }
    assert.equal((await network.ip('-brief link show type bridge')).split('\n').length, 21);
  });

  it('runs where a signal to the group of ours does not reach', { skip }, async (t) => {
    const { network, ip } = await open(t);
    await ip.run(commands('link add br0 type bridge'));
    const pid = await network.ipPid();
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    assert.match(stat, new RegExp(`^${pid} \\(ip\\) \\S \\d+ ${pid} ${pid} `));
  });

  it(
    'rejects a run whose process is killed, and begins the next with another',
    { skip },
    async (t) => {
      const { network, ip } = await open(t);
      await ip.run(commands('link add br0 type bridge'));
      const pid = await network.ipPid();
      process.kill(pid, 'SIGSTOP');
      const run = ip.run(commands('link set dev br0 up'));
      const next = ip.run(commands('link add br1 type bridge'));
      process.kill(pid, 'SIGKILL');
      await assert.rejects(run, { message: 'ip: it was ended by SIGKILL' });
      await next;
      assert.notEqual(await network.ipPid(), pid);
      assert.match(await network.ip('link show'), /br1/);
    },
  );

  it('kills a process that does not answer', { skip }, async (t) => {
    const { network, ip } = await open(t, { deadlineMs: 2_000 });
    await ip.run(commands('link add br0 type bridge'));
    const pid = await network.ipPid();
    process.kill(pid, 'SIGSTOP');
    await assert.rejects(ip.run(commands('link set dev br0 up')), {
      message: 'ip: no answer within 2000 ms, so it was killed',
    });
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    await ip.run(commands('link add br1 type bridge'));
  });

  it('remembers which interface a name was, until it is renewed', { skip }, async (t) => {
    const { network, ip } = await open(t);
    await network.ip('link add br0 type bridge');
    await ip.run(commands('tuntap add dev tap0 mode tap', 'link set dev tap0 master br0'));
    await network.ip('link set dev br0 name old');
    await network.ip('link add br0 type bridge');
    await ip.run(commands('link set dev tap0 master br0'));
    assert.match(await network.ip('link show tap0'), / master old /);
    await ip.renew();
    await ip.run(commands('link set dev tap0 master br0'));
    assert.match(await network.ip('link show tap0'), / master br0 /);
  });

  it('takes another process before one has grown', { skip }, async (t) => {
    const { network, ip } = await open(t);
    const many = commands(...Array<string>(1000).fill('link set dev lo up'));
    await ip.run(many);
    const pid = await network.ipPid();
    await ip.run(many);
    assert.notEqual(await network.ipPid(), pid);
  });

  it('lets what was asked for end when it is closed, and takes no more', { skip }, async (t) => {
    const { network, ip } = await open(t);
    const runs = ['br0', 'br1'].map((br) => ip.run(commands(`link add ${br} type bridge`)));
    const closed = ip[Symbol.asyncDispose]();
    await assert.rejects(ip.run(commands('link add br2 type bridge')), /closed/);
    await Promise.all([...runs, closed]);
    assert.equal((await network.ip('-brief link show type bridge')).split('\n').length, 3);
  });

  it('still carries out what it was given when we are killed', { skip }, async (t) => {
    const { network } = await open(t);
    const lines = Array.from({ length: 40 }, (_, n) => `link add br${n} type bridge`);
    const program = `
      void new IpBatch({ path: ${JSON.stringify(network.path)} }).run(${JSON.stringify(commands(...lines))});
      setImmediate(() => process.kill(process.pid, 'SIGKILL'));`;
    await assert.rejects(inProcess(program), { signal: 'SIGKILL' });
    await eventually('all bridges are there', async () => {
      const bridges = await network.ip('-brief link show type bridge');
      return bridges.split('\n').length === lines.length + 1;
    });
  });
});

describe('IpBatch without a network', () => {
  it('refuses words that ip would read as something else', async () => {
    const ip = new IpBatch({ path: '' });
    for (const word of ['', ' ', 'a b', 'a\nb', 'a#b', '"a"', "'a'", 'a\\', 'a\0', 'é', '$x'])
      await assert.rejects(ip.run([['link', 'set', word]]), /cannot be handed to it/);
    await assert.rejects(ip.run([[]]), /without words/);
  });

  it('names the package when there is no ip', async () => {
    const ip = new IpBatch({ path: '/nowhere', sbin: '/nowhere/else' });
    for (const _ of ['at first', 'and again'])
      await assert.rejects(ip.run(commands('link show dev lo')), {
        message: 'ip: there is no such program; to mend it, install the package iproute2',
      });
  });

  it('takes another program of that name for none of its own', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'albatross-ip-'));
    t.after(async () => await rm(folder, { recursive: true }));
    const ip = new IpBatch({ path: folder });
    for (const [script, message] of [
      ['echo "unrecognized option: batch" >&2; exit 1', /^ip: unrecognized option: batch$/],
      ['exit 0', /^ip: it ended with status 0$/],
      ['PATH=/bin:/usr/bin; yes no | head -c 500000 >&2', /^ip: no\n[^]{0,100000}$/],
    ] as const) {
      await writeFile(join(folder, 'ip'), `#!/bin/sh\n${script}\n`, {
        mode: 0o755,
      });
      await assert.rejects(ip.run(commands('link set dev lo up')), { message });
    }
  });

  it('waits for no process that even a kill does not end', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'albatross-ip-'));
    t.after(async () => await rm(folder, { recursive: true }));
    // The kernel may keep one for as long; here, another holds on to its output.
    const held = 'PATH=/bin:/usr/bin; sleep 10 & exec sleep 10';
    await writeFile(join(folder, 'ip'), `#!/bin/sh\n${held}\n`, { mode: 0o755 });
    const ip = new IpBatch({ path: folder, deadlineMs: 200 });
    await assert.rejects(ip.run(commands('link set dev lo up')), {
      message: 'ip: no answer within 200 ms, so it was killed, and even so does not end',
    });
  });

  it('keeps no program alive that does not wait for it', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'albatross-ip-'));
    t.after(async () => await rm(folder, { recursive: true }));
    const answering = 'while read -r line; do echo "$line"; done';
    await writeFile(join(folder, 'ip'), `#!/bin/sh\n${answering}\n`, { mode: 0o755 });
    const program = `
      await new IpBatch({ path: ${JSON.stringify(folder)} }).run([['link', 'set', 'dev', 'lo', 'up']]);
      process.stdout.write('done');`;
    assert.equal((await inProcess(program)).stdout, 'done');
  });
});

async function inProcess(program: string): Promise<{ readonly stdout: string }> {
  const from = JSON.stringify(fileURLToPath(new URL('ip-batch.ts', import.meta.url)));
  const words = ['--import', 'tsx', '--input-type=module', '--eval'];
  const text = `import { IpBatch } from ${from};\n${program}`;
  return await promisify(execFile)(process.execPath, [...words, text], { timeout: 60_000 });
}
