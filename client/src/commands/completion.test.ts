import { busUrlFile, foldersOf } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { commandTree } from '../help/command-tree.ts';
import { commandLine } from '../testing/command-line.ts';
import { RealClient } from '../testing/real-client.ts';

/** Of a client that finds no bus, the time until it says so. */
const GIVES_UP_MS = 2_000;

describe('albatross complete', () => {
  it('ends in silence long before a bus that says nothing is given up', async () => {
    await using client = await RealClient.start();
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const folders = foldersOf(client.words().at(-1));
    await writeFile(busUrlFile(folders), `nats://127.0.0.1:${port}`);
    const began = performance.now();
    const ended = await client.run('complete', 'unikernels', 'h');
    const tookMs = performance.now() - began;
    for (const socket of sockets) socket.destroy();
    mute.close();
    assert.deepEqual(ended, { status: 0, lines: [''], stderr: '' });
    assert.ok(sockets.length > 0);
    assert.ok(tookMs < GIVES_UP_MS, `it took ${tookMs} ms`);
  });

  it('is silent without a bus, without a supervisor, and for what begins no name', async () => {
    await using client = await RealClient.start();
    const silence = { status: 0, lines: [''], stderr: '' };
    assert.deepEqual(await client.run('complete', 'names', ''), silence);
    assert.deepEqual(await client.run('complete', 'paths', 'a b:'), silence);
    await client.server[Symbol.asyncDispose]();
    assert.deepEqual(await client.run('complete', 'devices', 'd'), silence);
  });
});

describe('the completions of other shells', () => {
  const tree = commandTree(commandLine());

  it('have every command and option', () => {
    for (const { name, options } of tree.commands) {
      assert.ok(zshCompletion(tree).includes(`'${name}:`), name);
      assert.ok(fishCompletion(tree).includes(`-a ${name} `), name);
      for (const flag of options.flatMap(({ flags }) => flags.filter((one) => one.length > 2)))
        assert.ok(fishCompletion(tree).includes(`-l ${flag.slice(2)} `), flag);
    }
  });

  it('are such that zsh reads the one', async (t) => {
    if (!isHere('zsh')) return t.skip('not run here: there is no zsh');
    await using folder = await TemporaryFolder.make();
    await writeFile(folder.file('_albatross'), zshCompletion(tree));
    const line = 'autoload -Uz compinit; compinit -u -D; source $1; print $_comps[albatross]';
    const { stdout, stderr } = run('zsh', ['-fc', line, 'zsh', folder.file('_albatross')]);
    assert.deepEqual([stdout, stderr], ['_albatross\n', '']);
  });

  it('are such that fish completes with the other', async (t) => {
    if (!isHere('fish')) return t.skip('not run here: there is no fish');
    await using folder = await TemporaryFolder.make();
    await writeFile(folder.file('albatross.fish'), fishCompletion(tree));
    const offered = (line: string): readonly string[] => {
      const words = `source ${folder.file('albatross.fish')}; complete -C '${line}'`;
      const { stdout, stderr } = run('fish', ['-c', words]);
      assert.equal(stderr, '');
      return stdout
        .split('\n')
        .flatMap((offer) => offer.split('\t').slice(0, 1))
        .filter(Boolean);
    };
    assert.deepEqual(offered('albatross inf'), ['info']);
    assert.deepEqual(offered('albatross create --typ b'), ['bhyve']);
    assert.deepEqual(offered('albatross completion z'), ['zsh']);
  });
});

function isHere(shell: string): boolean {
  return spawnSync(shell, ['--version']).error === undefined;
}

function run(shell: string, words: readonly string[]): { stdout: string; stderr: string } {
  return spawnSync(shell, words, { encoding: 'utf8' });
}
