import type { Bus } from '@albatross/shared/bus/bus';
import { deferred } from '@albatross/shared/bus/deferred';
import { endpoint } from '@albatross/shared/bus/serve';
import {
  closeBlob,
  finishBlob,
  openBlob,
  readBlob,
  writeBlob,
} from '@albatross/shared/contracts/blob';
import { dumpBlock, setBlock } from '@albatross/shared/contracts/block';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, it } from 'node:test';
import { noPseudoTerminal, PseudoTerminal } from '../testing/pseudo-terminal.ts';
import { RealClient } from '../testing/real-client.ts';

const absent = noPseudoTerminal();
const MEBIBYTE = 1024 * 1024;
const SIZE_BYTES = 8 * MEBIBYTE;

let client: RealClient;
let bus: Bus;
let folder: TemporaryFolder;
/** Nothing goes on before it is resolved. */
let gate = deferred();

before(async () => {
  folder = await TemporaryFolder.make();
  await writeFile(folder.file('content'), new Uint8Array(SIZE_BYTES).fill(7));
  client = await RealClient.start();
  bus = await client.server.connect('supervisor');
  await serveBlobs(bus);
});
beforeEach(() => {
  gate = deferred();
});
after(async () => {
  await bus[Symbol.asyncDispose]();
  await client[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Takes and has the content of a block device, but waits in the middle. */
async function serveBlobs(bus: Bus): Promise<void> {
  const blob = 'a'.repeat(32);
  const half = async (offset: number): Promise<void> => {
    if (offset >= SIZE_BYTES / 2) await gate.promise;
  };
  await bus.serve({
    service: 'supervisor',
    version: '1.0.0',
    endpoints: [
      endpoint(openBlob, async () => ({ blob })),
      endpoint(writeBlob, async ({ offset }) => {
        await half(offset);
        return {};
      }),
      endpoint(finishBlob, async () => ({})),
      endpoint(closeBlob, async () => ({})),
      endpoint(setBlock, async () => ({})),
      endpoint(dumpBlock, async () => ({ blob, sizeBytes: SIZE_BYTES })),
      endpoint(readBlob, async ({ offset }) => {
        await half(offset);
        return { bytes: new Uint8Array(Math.min(MEBIBYTE / 2, SIZE_BYTES - offset)).fill(7) };
      }),
    ],
    onDrop: (subject, why) => assert.fail(`${subject}: ${why}`),
  });
}

describe('a bar of the installed client', () => {
  it('is there while something is sent, and no more when the result is', async (t) => {
    if (absent !== false) return t.skip(absent);
    const words = client.words('set-block', 'data', folder.file('content'));
    await using terminal = PseudoTerminal.start(words, {});
    await terminal.until(`sending ${folder.file('content')} [===`);
    assert.match(terminal.output, / of 8\.0 MiB/);
    gate.resolve();
    assert.equal((await terminal.end()).status, 0);
    assert.match(terminal.output, /\[2Kset block device data\r\n/);
  });

  it('is there while something is received', async (t) => {
    if (absent !== false) return t.skip(absent);
    const words = client.words('dump-block', 'data', folder.file('received'));
    await using terminal = PseudoTerminal.start(words, {});
    await terminal.until('receiving data [===');
    gate.resolve();
    assert.equal((await terminal.end()).status, 0);
    assert.match(terminal.output, /\[2Ksaved data to \S+: 8388608 bytes\r\n/);
    assert.deepEqual(
      await readFile(folder.file('received')),
      await readFile(folder.file('content')),
    );
  });

  it('goes when somebody has enough of it', async (t) => {
    if (absent !== false) return t.skip(absent);
    const words = client.words('set-block', 'data', folder.file('content'));
    await using terminal = PseudoTerminal.start(words, {});
    await terminal.until('[===');
    terminal.kill('SIGINT');
    assert.equal((await terminal.end()).status, 128 + 2);
    assert.match(terminal.output, /\[2K[^=]*status 130\r\n/);
  });

  it('is not there where nobody looks', async () => {
    gate.resolve();
    const done = await client.run('set-block', 'data', folder.file('content'));
    assert.deepEqual(done, { status: 0, lines: ['set block device data'], stderr: '' });
  });
});
