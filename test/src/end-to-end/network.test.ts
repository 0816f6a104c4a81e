import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { echoImage, helloImage } from '../../../examples/hello/src/index.ts';
import type { Administrator } from '../harness/administrator.ts';
import { entryTexts } from '../harness/console-entries.ts';
import { OwnNetwork } from '../harness/own-network.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { realTenders, standInTender, type Tenders } from '../harness/tender-path.ts';
import { processStat, usersOf } from '../harness/traces.ts';

const DEADLINE = { timeout: 60_000 };
const DEADLINE_OF_ALL = { timeout: 170_000 };
const OUR_TAP = /^alb[a-z0-9]{8}$/;
const restart = { kind: 'on-exit' as const, statuses: [] };

const { 'solo5-spt': realSpt } = realTenders();
const none = await OwnNetwork.whyNot();
const groups: readonly { readonly title: string; readonly tenders: Tenders | null }[] = [
  { title: 'the stand-in', tenders: await standInTender() },
  { title: 'the real solo5-spt', tenders: realSpt === undefined ? null : { 'solo5-spt': realSpt } },
];

for (const { title, tenders } of groups) {
  test(`networks of guests under ${title}`, DEADLINE_OF_ALL, async (t) => {
    if (none !== false) return t.skip(none);
    if (tenders === null) return t.skip('solo5-spt is not installed');
    const network = await OwnNetwork.open(t);
    await using system = await RunningSystem.start({ tenders, network });
    const trial = new NetworkTrial(network, system, await system.administrator());
    await trial.prepare(t);
    for (const [behaviour, work] of Object.entries(trial.behaviours()))
      await t.test(behaviour, DEADLINE, work);
  });
}

/** Each behaviour begins where the one before it ended. */
class NetworkTrial {
  readonly #network: OwnNetwork;
  readonly #system: RunningSystem;
  readonly #administrator: Administrator;
  /** The process of a tender that somebody else started. */
  #stranger = 0;

  constructor(network: OwnNetwork, system: RunningSystem, administrator: Administrator) {
    this.#network = network;
    this.#system = system;
    this.#administrator = administrator;
  }

  behaviours(): Readonly<Record<string, () => Promise<void>>> {
    return {
      'a network device is a tap of its own, at the bridge, and for its tender alone': async () =>
        await this.#hasTap(),
      'frames reach the guest, and what it sends comes back': async () => await this.#echoes(),
      'a bridge that is missing is found out before anything is ended': async () =>
        await this.#missesBridge(),
      'a tap goes with its life, and the next life has another': async () =>
        await this.#changesTap(),
      'a tap goes with the next supervisor when its guest ended without one': async () =>
        await this.#endsUnseen(),
      'two guests at one bridge talk to each other': async () => await this.#talk(),
      'taps and tenders of others are left alone by all of this': async () =>
        await this.#leavesStrangers(),
    };
  }

  /** A tap as the original calls them, at the same bridge, and a tender that we did not start. */
  async prepare(t: TestContext): Promise<void> {
    const { namespace } = this.#network;
    await namespace.ip('tuntap add dev vmmtap0 mode tap');
    await namespace.ip('link set dev vmmtap0 up master br0');
    const spt = realSpt ?? (await standInTender())['solo5-spt'] ?? '';
    const words = this.#network.command(spt, '--mem=2', helloImage('spt'), 'hang');
    const child = spawn(words[0] ?? '', words.slice(1), { stdio: 'ignore' });
    t.after(async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    });
    this.#stranger = child.pid ?? 0;
  }

  async #hasTap(): Promise<void> {
    const { namespace } = this.#network;
    const { pid, nets } = await this.#create('foo:echo', { disk: 'data' }, 'net-echo');
    const [net, ...others] = nets;
    assert.ok(net !== undefined && pid !== null);
    assert.deepEqual([net.name, net.bridge, others], ['service', 'br0', []]);
    const tap = net.tap ?? '';
    assert.match(tap, OUR_TAP);
    assert.match(net.mac, /^00:80:41(:[0-9a-f]{2}){3}$/);
    assert.deepEqual(await this.#ourTaps(), [tap]);
    assert.equal(await namespace.attribute(tap, 'ifalias'), 'albatross:foo:echo');
    assert.equal(Number(await namespace.attribute(tap, 'flags')) & 1, 1, 'it is up');
    const master = await readlink(join(namespace.sysfs, 'class/net', tap, 'master'));
    assert.equal(master.split('/').at(-1), 'br0');
    // Until it becomes the tender, its process is still the keeper's user.
    const owner = Number(await namespace.attribute(tap, 'owner'));
    await eventually('its tender is the one who may open it', () => usersOf(pid)[0] === owner);
    assert.notEqual(owner, 0);
    const started = (await this.#administrator.events('foo:echo')).find(
      ({ type }) => type === 'started',
    );
    assert.deepEqual(started?.type === 'started' ? started.taps : null, [tap]);
    const { stdout } = await this.#system.albatross('info', '--name', 'foo:echo');
    assert.match(stdout, new RegExp(`\n  network service on br0, ${net.mac}, tap ${tap}\n`));
  }

  async #echoes(): Promise<void> {
    const { nets } = await this.#administrator.show('foo:echo');
    const { namespace } = this.#network;
    await namespace.ip('addr add 10.9.9.1/24 dev br0');
    await namespace.ip(`neigh add 10.9.9.2 lladdr ${nets[0]?.mac} dev br0`);
    await this.#send('ping', 3);
    await this.#untilSays('foo:echo', ['46', '46', '46']);
    const sent = await namespace.attribute(nets[0]?.tap ?? '', 'statistics/rx_packets');
    assert.equal(sent, '3', 'what the tap received is what the guest sent');
  }

  async #missesBridge(): Promise<void> {
    const before = await this.#administrator.show('foo:echo');
    const taps = await this.#ourTaps();
    const words = ['--net', 'service:nosuch', '--block', 'storage:data', '--mem', '2'];
    const commands = [
      ['restart', 'foo:echo', '--replace-arguments'],
      ['create', 'foo:echo', echoImage('spt'), '--force'],
      ['create', 'foo:new', echoImage('spt')],
    ];
    for (const command of commands) {
      const { status, stderr } = await this.#system.albatross(...command, ...words);
      assert.equal(status, 117);
      assert.match(stderr, /no bridge nosuch; it has br0; .* \[BRIDGE_NOT_FOUND\]\n$/);
    }
    assert.deepEqual(await this.#administrator.show('foo:echo'), before);
    assert.deepEqual(await this.#ourTaps(), taps);
  }

  async #changesTap(): Promise<void> {
    const before = await this.#administrator.show('foo:echo');
    process.kill(before.pid ?? 0, 'SIGKILL');
    let now = before;
    await eventually('it is started again by its rule', async () => {
      now = await this.#administrator.show('foo:echo');
      return now.state === 'running' && now.pid !== before.pid;
    });
    const [tap] = now.nets.map((net) => net.tap);
    assert.notEqual(tap, before.nets[0]?.tap);
    assert.equal(now.nets[0]?.mac, before.nets[0]?.mac);
    await this.#untilTaps(tap);
    await this.#administrator.destroy('foo:echo');
    await this.#untilTaps();
  }

  async #endsUnseen(): Promise<void> {
    const { pid } = await this.#create('foo:unseen', { disk: 'data', restart: false }, 'net-echo');
    const going = await this.#create('foo:going', { disk: 'going', restart: false }, 'net-echo');
    await this.#system.takeDown('supervisor');
    process.kill(pid ?? 0, 'SIGKILL');
    await eventually('it is gone', () => processStat(pid ?? 0) === null);
    await this.#system.bringBack();
    const { nets } = await this.#administrator.show('foo:going');
    assert.deepEqual(nets, going.nets);
    await this.#untilTaps(nets[0]?.tap);
    await this.#administrator.untilExited('foo:unseen');
    for (const name of ['foo:unseen', 'foo:going']) await this.#administrator.destroy(name);
    await this.#untilTaps();
  }

  /** Somebody sends one frame to `a` in the name of `b`; from then on each answers the other. */
  async #talk(): Promise<void> {
    const { namespace } = this.#network;
    const frames = 20;
    const guests: UnikernelDetails[] = [];
    for (const label of ['a', 'b']) {
      const disk = label === 'a' ? 'data' : 'going';
      const options = { disk, restart: false };
      const one = await this.#create(`foo:${label}`, options, `net-echo=${frames}`, 'hang');
      guests.push(one);
      // So that the bridge gives each frame to the one it is for, from the first on.
      for (const { mac, tap } of one.nets) {
        const words = ['fdb', 'replace', mac, 'dev', tap ?? '', 'master', 'static'];
        await this.#network.run('bridge', ...words);
      }
    }
    const [a, b] = guests.map(({ nets }) => nets[0]?.mac);
    await namespace.ip('link add veth0 type veth peer name veth1');
    await namespace.ip(`link set dev veth1 address ${b} up`);
    await namespace.ip('link set dev veth0 up master br0');
    // What comes from here in the name of b must not make the bridge look for b here.
    await namespace.ip('link set dev veth0 type bridge_slave learning off');
    await namespace.ip('addr add 10.9.8.1/24 dev veth1');
    await namespace.ip(`neigh add 10.9.8.2 lladdr ${a} dev veth1`);
    await this.#send('talk', 1, '10.9.8.2');
    for (const name of ['foo:a', 'foo:b'])
      await this.#untilSays(
        name,
        Array.from({ length: frames }, () => '46'),
      );
    for (const name of ['foo:a', 'foo:b']) await this.#administrator.destroy(name);
  }

  async #leavesStrangers(): Promise<void> {
    await this.#untilTaps();
    assert.deepEqual(await this.#network.namespace.taps(), ['vmmtap0']);
    assert.ok(processStat(this.#stranger) !== null);
    assert.equal(await failureCode(this.#administrator.show('foo:echo')), 'UNIKERNEL_NOT_FOUND');
  }

  async #create(
    name: string,
    { disk, restart: isRestarted = true }: { readonly disk: string; readonly restart?: boolean },
    ...words: readonly string[]
  ): Promise<UnikernelDetails> {
    await this.#system.albatross('create-block', `foo:${disk}`, '1');
    return await this.#administrator.createWith(name, echoImage('spt'), {
      memoryMib: 2,
      nets: [{ name: 'service', bridge: 'br0' }],
      blocks: [{ name: 'storage', device: disk }],
      arguments: [...words],
      ...(isRestarted ? { restart } : {}),
    });
  }

  async #ourTaps(): Promise<readonly string[]> {
    return (await this.#network.namespace.taps()).filter((tap) => OUR_TAP.test(tap)).toSorted();
  }

  /** They go a moment after their life. */
  async #untilTaps(...expected: readonly (string | null | undefined)[]): Promise<void> {
    let taps: readonly string[] = [];
    try {
      await eventually('the taps of former lives are gone', async () => {
        taps = await this.#ourTaps();
        return taps.length <= expected.length;
      });
    } finally {
      assert.deepEqual(taps, expected);
    }
  }

  /** Frames of 42 bytes and the text. */
  async #send(text: string, times: number, to = '10.9.9.2'): Promise<void> {
    await this.#network.run(process.execPath, '-e', SEND, text, String(times), to);
  }

  async #untilSays(name: string, sizes: readonly string[]): Promise<void> {
    const expected = sizes.map((size) => `net service: ${size} bytes`);
    let said: readonly string[] = [];
    try {
      await eventually(`${name} has echoed`, async () => {
        const texts = entryTexts(await this.#administrator.console(name));
        said = texts.filter((line) => line.startsWith('net '));
        return said.length >= expected.length;
      });
    } finally {
      assert.deepEqual(said, expected);
    }
  }
}

const SEND = `
const [text, times, to] = process.argv.slice(1);
const socket = require('node:dgram').createSocket('udp4');
let left = Number(times);
const next = () => (left-- > 0 ? socket.send(text, 9, to, next) : socket.close());
next();
`;
