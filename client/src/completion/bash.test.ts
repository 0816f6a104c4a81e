import type { Bus } from '@albatross/shared/bus/bus';
import type { RealServer } from '@albatross/shared/bus/testing/real-server';
import { endpoint } from '@albatross/shared/bus/serve';
import { listBlocks } from '@albatross/shared/contracts/block';
import { listPolicies } from '@albatross/shared/contracts/policy';
import { showUnikernel } from '@albatross/shared/contracts/unikernel';
import { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import {
  isWithin,
  parseName,
  parseUnikernelName,
  type PathName,
} from '@albatross/shared/domain/name';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bashOffers, installProgram } from '../testing/bash-completion.ts';
import { noPseudoTerminal, PseudoTerminal } from '../testing/pseudo-terminal.ts';
import { RealClient } from '../testing/real-client.ts';
import { policyEntry, runningUnikernel } from '../testing/state-entries.ts';

const noBash =
  spawnSync('bash', ['--version']).error === undefined ? false : 'not run here: no bash';

describe('the completion of bash', { skip: noBash }, () => {
  let client: RealClient;
  let folder: TemporaryFolder;
  let script: string;
  let bus: Bus;

  before(async () => {
    client = await RealClient.start();
    folder = await TemporaryFolder.make();
    const [node = '', program = ''] = client.words();
    await installProgram(folder.path, [node, program]);
    script = join(folder.path, 'albatross.bash');
    const { lines } = await client.run('completion', 'bash');
    await writeFile(script, `${lines.join('\n')}\n`);
    bus = await serveNames(client.server);
  });
  after(async () => {
    await bus[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
  });

  const offers = async (line: string): Promise<readonly string[]> =>
    await bashOffers(script, line, { path: folder.path });
  const at = (): string => `--dir ${client.words().at(-1)}`;

  it('offers commands, those with a dash also where an underscore is typed before options', async () => {
    assert.deepEqual(await offers('albatross res'), ['restart']);
    assert.deepEqual(await offers('albatross add-'), ['add-policy']);
    assert.ok((await offers('albatross ')).includes('create'));
    assert.ok(!(await offers('albatross ')).includes('complete'));
    assert.deepEqual(await offers('albatross create_block hello 12 --da'), ['--data']);
    assert.deepEqual(await offers('albatross replace-policy foo: 1 --br'), ['--bridge']);
  });

  it('offers the options of the command, and those of all', async () => {
    assert.deepEqual(await offers('albatross --ve'), ['--version', '--verbose', '--verbosity']);
    assert.deepEqual(await offers('albatross create --res'), ['--restart-on-fail', '--restart']);
    assert.deepEqual(await offers('albatross create --di'), ['--dir']);
    assert.deepEqual(await offers('albatross destroy -- --j'), []);
  });

  it('offers the values that an option or an argument may have', async () => {
    assert.deepEqual(await offers('albatross create --typ b'), ['bhyve']);
    assert.deepEqual(await offers('albatross create --typ=s'), ['solo5']);
    assert.deepEqual(await offers('albatross completion f'), ['fish']);
    assert.deepEqual(await offers('albatross help exi'), ['exit-statuses']);
    assert.deepEqual(await offers('albatross help explai'), ['explain']);
    assert.deepEqual(await offers('albatross create --mem '), []);
  });

  it('offers files and folders where one is meant', async () => {
    const inside = join(folder.path, 'files');
    await mkdir(join(inside, 'folder'), { recursive: true });
    await writeFile(join(inside, 'an image.hvt'), '');
    assert.deepEqual(await offers(`albatross create hello ${inside}/`), [
      join(inside, 'an image.hvt'),
      join(inside, 'folder'),
    ]);
    assert.deepEqual(await offers(`albatross --dir ${inside}/`), [join(inside, 'folder')]);
  });

  it('offers unikernels, paths and block devices of the running system', async () => {
    assert.deepEqual(await offers(`albatross ${at()} stop h`), ['hello']);
    assert.deepEqual(await offers(`albatross stop ${at()} he`), ['hello']);
    assert.deepEqual(await offers(`albatross ${at()} info -n ten`), [
      'tenant:',
      'tenant:web',
      'tenant:worker',
    ]);
    assert.deepEqual(await offers(`albatross ${at()} policy --path l`), ['limited:']);
    assert.deepEqual(await offers(`albatross ${at()} dump-block d`), ['data']);
    assert.deepEqual(await offers(`albatross ${at()} generate h`), []);
    assert.deepEqual(await offers(`albatross ${at()} stop hello h`), []);
  });

  it('offers of a name with colons what is behind the last, which is what bash replaces', async () => {
    assert.deepEqual(await offers(`albatross ${at()} stop tenant:w`), ['web', 'worker']);
    assert.deepEqual(await offers(`albatross ${at()} stop tenant:`), ['web', 'worker']);
    assert.deepEqual(await offers(`albatross ${at()} info --name=tenant:we`), ['web']);
  });

  it('offers no name of this host for another', async () => {
    assert.deepEqual(await offers(`albatross ${at()} destroy --destination there h`), []);
    assert.deepEqual(await offers(`albatross ${at()} destroy -d there h`), []);
  });

  it('offers nothing, and says nothing, when the bus is away', async () => {
    assert.deepEqual(await offers(`albatross --dir ${folder.path} stop h`), []);
  });

  it('completes on a terminal', { skip: noPseudoTerminal() }, async () => {
    const env = { PATH: `${folder.path}:/usr/bin:/bin`, PS1: 'ready', INPUTRC: '/dev/null' };
    await using terminal = PseudoTerminal.start(['bash', '--norc', '--noprofile', '-i'], env);
    terminal.type(`PS1='> '; source ${script}; echo sourced-$((40 + 2))\n`);
    await terminal.until('sourced-42');
    terminal.type(`albatross inf\t${at()} -n tenant:we\t --json | tr a-z A-Z\n`);
    await terminal.until('"NAME":"TENANT:WEB"');
    terminal.type('exit 7\n');
    assert.equal((await terminal.end()).status, 7);
  });
});

async function serveNames(server: RealServer): Promise<Bus> {
  const bus = await server.connect('supervisor');
  const below = (name: string, path: string): boolean =>
    isWithin(parseName(name), parseName(path) as PathName);
  const unikernels = ['hello', 'tenant:web', 'tenant:worker'].map((name) => runningUnikernel(name));
  const policies = [
    policyEntry(parseName('limited:'), {
      unikernels: 1,
      memoryMib: 1,
      cpus: [0],
      blockMib: null,
      bridges: [],
    }),
  ];
  const blocks = ['data', 'tenant:log'].map((name) => ({
    name: parseUnikernelName(name),
    sizeMib: 1,
    usedBy: null,
    fault: null,
  }));
  await bus.serve({
    service: 'supervisor',
    version: '1.0.0',
    endpoints: [
      endpoint(listUnikernels, async ({ name: path }) => ({
        unikernels: unikernels.filter(({ name }) => below(name, path)),
        next: null,
      })),
      endpoint(
        showUnikernel,
        async ({ name }) => unikernels.find((one) => one.name === name) ?? assert.fail(name),
      ),
      endpoint(listPolicies, async ({ name }) => ({
        policies: policies.filter(({ path }) => below(path, name)),
        next: null,
      })),
      endpoint(listBlocks, async ({ name: path }) => ({
        blocks: blocks.filter(({ name }) => below(name, path)),
        next: null,
      })),
    ],
    onDrop: (subject, why) => assert.fail(`${subject}: ${why}`),
  });
  return bus;
}
