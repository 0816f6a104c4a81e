import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { echoImage } from '../../../examples/hello/src/index.ts';
import { tendersUnderTest } from './tenders-under-test.ts';

const DEADLINE_MS = 20_000;
const SECTOR_BYTES = 512;
/** Ethernet, IP and UDP around what is sent. */
const HEADERS_BYTES = 14 + 20 + 8;

const noTap = whyNoTap();

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-echo-'));
});
after(async () => await rm(folder, { recursive: true }));

for (const { title, target, executable, absent } of await tendersUnderTest()) {
  describe(`echo in ${title}`, { skip: absent === false ? noTap : absent }, () => {
    it('reads a sector, and writes it', async () => {
      const disk = join(folder, `disk.${target}`);
      await writeFile(disk, Buffer.alloc(4 * SECTOR_BYTES, 'old\0'));
      const words = ['block-read', 'block-write=new', 'block-read', 'exit=3'];
      const { status, lines } = await run(disk, words);
      assert.deepEqual(lines, [
        'block storage: "old"',
        'block storage: was "old"',
        'block storage: "new"',
        'Solo5: solo5_exit(3) called',
      ]);
      assert.equal(status, 3);
      const bytes = await readFile(disk);
      assert.equal(bytes.toString('latin1', 0, SECTOR_BYTES), 'new'.padEnd(SECTOR_BYTES, '\0'));
      assert.equal(bytes.toString('latin1', SECTOR_BYTES, SECTOR_BYTES + 4), 'old\0');
    });

    it('sends frames back', async () => {
      const disk = join(folder, `disk.${target}`);
      await writeFile(disk, new Uint8Array(SECTOR_BYTES));
      const { status, lines, sent } = await run(disk, ['net-echo=3', 'exit=4']);
      const line = `net service: ${HEADERS_BYTES + 'ping'.length} bytes`;
      assert.deepEqual(lines, [line, line, line, 'Solo5: solo5_exit(4) called']);
      assert.equal(status, 4);
      assert.equal(sent, 3);
    });

    it('sleeps as long as it is told, whatever is sent to it', async () => {
      const disk = join(folder, `disk.${target}`);
      await writeFile(disk, new Uint8Array(SECTOR_BYTES));
      const started = performance.now();
      const { lines } = await run(disk, ['tick=100', 'ticks=3']);
      assert.deepEqual(lines.slice(0, 3), ['tick 1', 'tick 2', 'tick 3']);
      assert.ok(performance.now() - started >= 300);
    });
  });

  /** In a network of its own, in which somebody sends to the guest until it ends. */
  async function run(disk: string, words: readonly string[]) {
    const options = [
      '--mem=16',
      '--net:service=tap0',
      '--net-mac:service=02:00:00:00:00:01',
      `--block:storage=${disk}`,
    ];
    const command = [executable, ...options, '--', echoImage(target), ...words];
    const child = spawn('unshare', ['--net', 'sh', '-c', NETWORK, process.execPath, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
    const [status] = (await once(child, 'close')) as [number | null];
    assert.equal(stderr, '');
    const lines = stdout.split('\n').filter((text) => /^(block|net|tick|Solo5)/.test(text));
    return { status, lines, sent: Number(/^sent (\d+)$/m.exec(stdout)?.[1]) };
  }
}

/** $0 is node, the rest the guest's command. What the guest sent is what the tap received. */
const NETWORK = `
sysctl -qw net.ipv6.conf.default.disable_ipv6=1 2>/dev/null
ip tuntap add dev tap0 mode tap && ip link set tap0 up && ip addr add 10.9.9.1/24 dev tap0 || exit 99
ip neigh add 10.9.9.2 lladdr 02:00:00:00:00:01 dev tap0
"$0" -e '
  const socket = require("node:dgram").createSocket("udp4");
  const ping = () => socket.send("ping", 9, "10.9.9.2", () => undefined);
  socket.bind(() => setInterval(ping, 20));
' &
sender=$!
"$@"
status=$?
kill "$sender"
wait "$sender" 2>/dev/null
echo "sent $(ip -s link show tap0 | awk '/RX:/ { getline; print $2 }')"
exit "$status"
`;

function whyNoTap(): string | false {
  const make = 'ip tuntap add dev tap0 mode tap';
  const { status, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', make], {
    encoding: 'utf8',
  });
  return status === 0 ? false : `no tap can be made here: ${(stderr ?? '').trim()}`;
}
