/**
 * Starts real tenders with devices, and prints what became of each: one line of JSON for each of the
 * arguments, `spt`, `hvt` or `blocks`. Runs in a network and among device nodes of its own:
 * `real-tenders.test.ts` sees to that.
 */
import { eventually } from '@albatross/shared/bus/testing/asserts';
import { describeExit } from '@albatross/shared/domain/exit';
import { lifeName } from '@albatross/shared/domain/life';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { buildImage } from '@albatross/solo5/testing';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { excessCapabilities } from '../host/capabilities.ts';
import { ownCpus } from '../host/cpus.ts';
import { FifoStock } from '../host/fifo-stock.ts';
import { TenderFinder } from '../host/find-tender.ts';
import type { PlannedBlock, StartPlan } from '../host/host.ts';
import { IpBatch } from '../host/ip-batch.ts';
import { LifeFolders } from '../host/life-folders.ts';
import { LinuxHost } from '../host/linux-host.ts';
import { isSystemError } from '../host/system-error.ts';
import { Taps } from '../host/taps.ts';

const PATH = env['PATH'] ?? '';
const GUEST_ADDRESS = '10.9.9.2';
const MAC = '02:00:00:00:00:01';
const name = parseUnikernelName('echo');

/** `mov edi, 7; mov eax, 231; syscall`: ends with status 7 as soon as its devices were attached. */
const EXIT_7 = Uint8Array.of(0xbf, 7, 0, 0, 0, 0xb8, 231, 0, 0, 0, 0x0f, 0x05);

const folder = await mkdtemp(join(tmpdir(), 'albatross-trial-'));
const blockFolder = join(folder, 'a closed folder', 'block');
await mkdir(blockFolder, { recursive: true });
await chmod(join(folder, 'a closed folder'), 0o700);

await using ip = new IpBatch({ path: PATH });
const taps = new Taps({ ip });
const lives = new LifeFolders(join(folder, 'lives'), join(folder, 'exits'), taps);
await lives.prepare();
const tenders = new TenderFinder({ stateFolder: folder, path: PATH });
const host = new LinuxHost(
  { tenderUids: { first: 700_001, count: 1 }, path: PATH, blockFolder },
  { lives, fifos: new FifoStock(join(folder, 'fifos'), PATH), tenders, taps, cgroups: null },
);
let lifeNumber = 0;

try {
  for (const what of process.argv.slice(2)) {
    const report = what === 'blocks' ? await attachTwenty() : await echo(what as 'spt' | 'hvt');
    process.stdout.write(`${JSON.stringify({ what, ...report })}\n`);
  }
} finally {
  // Also what a trial that failed left.
  for (const { life, record } of await lives.observe()) {
    if (record !== null) host.signal(record, 'SIGKILL');
    await host.removeLife(life);
  }
  await rm(folder, { recursive: true });
}

async function echo(target: 'spt' | 'hvt'): Promise<object> {
  const nets = [{ name: 'service', bridge: 'br0', mac: MAC }];
  host.checkBridges(nets);
  const blocks = [await makeBlock('storage')];
  const file = new URL(`../../../../examples/hello/images/echo.${target}`, import.meta.url);
  const words = ['block-write=marker', 'block-read', 'net-echo=2', 'exit=5'];
  const plan = await planOf(target, { image: fileURLToPath(file), words, blocks, nets });
  const record = await host.startLife(plan);
  const tap = record.taps[0]?.tap ?? '';
  const alias = execFileSync('ip', ['-o', 'link', 'show', tap], { encoding: 'utf8' });
  await ping(async () => (await exitOf(plan)) !== null);
  const lines = printed(plan);
  const sent = Number(readFileSync(`/sys/class/net/${tap}/statistics/rx_packets`, 'utf8'));
  await host.freeDevices(plan.life);
  await host.freeDevices(plan.life);
  const left = (await readdir('/sys/class/net')).filter((one) => one.startsWith('alb'));
  const exit = await exitOf(plan);
  await host.releaseKeeper(plan.life);
  await host.removeLife(plan.life);
  return {
    exit,
    lines: lines.filter((line) => /^(block|net) /.test(line)),
    written: (await readFile(blocks[0]?.path ?? '', 'latin1')).slice(0, 7),
    alias: /alias (\S+)/.exec(alias)?.[1],
    sent,
    left,
    excess: excessCapabilities(),
  };
}

/** Twenty block devices: more than a shell could hand over as open files. */
async function attachTwenty(): Promise<object> {
  const names = Array.from({ length: 20 }, (_, n) => `d${n}`);
  const blocks = await Promise.all(names.map(makeBlock));
  const devices = names.map((one) => ({ name: one, kind: 'block' }) as const);
  const image = join(folder, 'image');
  await writeFile(image, buildImage({ target: 'spt', devices, program: EXIT_7 }), { mode: 0o444 });
  const plan = await planOf('spt', { image, words: [], blocks, nets: [] });
  await host.startLife(plan);
  await eventually('it ends', async () => (await exitOf(plan)) !== null);
  const exit = await exitOf(plan);
  const lines = printed(plan);
  await host.releaseKeeper(plan.life);
  return { exit, lines };
}

async function makeBlock(device: string): Promise<PlannedBlock> {
  const path = join(blockFolder, `:${device}`);
  await writeFile(path, 'before');
  await truncate(path, 1 << 20);
  return { name: device, path, sectorBytes: null };
}

async function planOf(
  target: 'spt' | 'hvt',
  guest: {
    readonly image: string;
    readonly words: readonly string[];
    readonly blocks: readonly PlannedBlock[];
    readonly nets: StartPlan['config']['nets'];
  },
): Promise<StartPlan> {
  lifeNumber += 1;
  return {
    life: { unikernel: name, number: lifeNumber },
    config: {
      name,
      digest: 'd'.repeat(64),
      target,
      abiVersion: 2,
      memoryMib: 16,
      cpus: ownCpus(),
      nets: guest.nets,
      blocks: [],
      startupPriority: 50,
      restart: { kind: 'never' },
      arguments: guest.words,
      addName: false,
    },
    tender: await host.findTender(target, 2),
    imagePath: guest.image,
    blocks: guest.blocks,
    nameForm: 'label',
    uid: 700_001,
  };
}

/** Sends to the guest, again and again, until it is enough. */
async function ping(isEnough: () => Promise<boolean>): Promise<void> {
  const socket = createSocket('udp4');
  const again = setInterval(() => socket.send('ping', 9, GUEST_ADDRESS, () => undefined), 10);
  try {
    await eventually('the guest ends', isEnough);
  } finally {
    clearInterval(again);
    socket.close();
  }
}

async function exitOf(plan: StartPlan): Promise<string | null> {
  const seen = (await lives.observe()).find(({ life }) => lifeName(life) === lifeName(plan.life));
  return seen?.exit == null ? null : describeExit(seen.exit);
}

function printed(plan: StartPlan): readonly string[] {
  const path = join(folder, 'lives', lifeName(plan.life), 'fifo');
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(65_536);
    return bytes.toString('utf8', 0, readSync(fd, bytes)).trimEnd().split('\n');
  } catch (error) {
    if (isSystemError(error, 'EAGAIN')) return [];
    throw error;
  } finally {
    closeSync(fd);
  }
}
