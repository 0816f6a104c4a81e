import type { Bus } from '@albatross/shared/bus/bus';
import { endpoint } from '@albatross/shared/bus/serve';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { addPolicy, listPolicies, removePolicy } from '@albatross/shared/contracts/policy';
import { Failure } from '@albatross/shared/contracts/failures';
import type { RequestOf } from '@albatross/shared/contracts/request';
import { path, policy } from '@albatross/shared/domain/testing/policies';
import { busUrlFile, foldersOf, keyFile } from '@albatross/shared/runtime/folders';
import { Command } from 'commander';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Line } from '../colour.ts';
import { addCommonOptions } from '../common-options.ts';
import { Output } from '../output.ts';
import type { Session } from '../session.ts';
import { addAddPolicy } from './add-policy.ts';
import { addPolicyInfo } from './policy.ts';
import { addRemovePolicy } from './remove-policy.ts';

let dir: string;
let server: RealServer;
let toy: Bus;
let added: RequestOf<typeof addPolicy>[];

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'albatross-policy-command-'));
  server = await RealServer.start();
  const folders = foldersOf(dir);
  const key = keyFile(folders, 'admin');
  await mkdir(dirname(key), { recursive: true });
  await writeFile(busUrlFile(folders), server.url);
  await writeFile(key, server.seed('admin'));
  toy = await server.connect('supervisor');
  await serveToy(toy);
});
beforeEach(() => {
  added = [];
});
after(async () => {
  await toy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

/** Has two policies, on two pages; and takes none of bar:. */
async function serveToy(bus: Bus): Promise<void> {
  const usage = { unikernels: 1, memoryMib: 32, blockMib: 0 };
  const entry = { policy: shown(), usage, setAt: 0, isMachine: false };
  await bus.serve({
    service: 'supervisor',
    version: '1.0.0',
    endpoints: [
      endpoint(listPolicies, async ({ name, after }) => {
        if (name === path('bar:')) return { policies: [], next: null };
        const next = after === undefined ? path('foo:') : null;
        return { policies: [{ ...entry, path: next ?? path('foo:sub:') }], next };
      }),
      endpoint(addPolicy, async (request) => {
        if (request.name === path('bar:')) throw new Failure('POLICY_CONFLICT', 'it does not fit');
        added.push(request);
        return { changed: added.length === 1 };
      }),
      endpoint(removePolicy, async ({ name }) => {
        if (name === path('foo:')) return {};
        throw new Failure('POLICY_NOT_FOUND', `there is no policy of ${name}`);
      }),
    ],
    onDrop: (subject, why) => assert.fail(`${subject}: ${why}`),
  });
}

function shown(): { cpus: number[]; bridges: string[] } & Omit<
  ReturnType<typeof policy>,
  'cpus' | 'bridges'
> {
  const { cpus, bridges, ...amounts } = policy();
  return { ...amounts, cpus: [...cpus], bridges: [...bridges] };
}

/** Prints where the test can see it. */
class Paper extends Output {
  printed: string[] = [];

  override line(line: Line): void {
    this.printed.push(String(line));
  }

  override json(value: unknown): void {
    this.printed.push(JSON.stringify(value));
  }
}

const textPaper = new Paper({ isJson: false });
const jsonPaper = new Paper({ isJson: true });

async function albatross(...args: readonly string[]): Promise<readonly string[]> {
  const output = args.includes('--json') ? jsonPaper : textPaper;
  output.printed = [];
  const session: Session = { invokedAs: 'albatross', output, env: { ALBATROSS_DIR: dir } };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const add of [addPolicyInfo, addAddPolicy, addRemovePolicy]) add(program, session);
  for (const command of program.commands) addCommonOptions(command);
  await program.parseAsync([...args], { from: 'user' });
  return output.printed;
}

describe('albatross add-policy', () => {
  it('takes the options of the original', async () => {
    const args = ['foo:bar', '16', '--mem', '1024', '--cpu', '1', '--cpu', '3', '--size', '64'];
    const bridges = ['--bridge', 'b', '--network', 'a'];
    assert.deepEqual(await albatross('replace-policy', ...args, ...bridges), [
      'added the policy of foo:bar:',
    ]);
    const { id: _, ...request } = added[0] ?? assert.fail('nothing was asked for');
    assert.deepEqual(request, {
      name: 'foo:bar:',
      policy: { unikernels: 16, memoryMib: 1024, cpus: [1, 3], blockMib: 64, bridges: ['a', 'b'] },
    });
  });

  it('says when nothing was changed', async () => {
    await albatross('add-policy', 'foo', '1');
    const again = ['add-policy', 'foo', '1'];
    assert.deepEqual(await albatross(...again), ['the policy of foo: is so already']);
    assert.deepEqual(await albatross(...again, '--json'), ['{"path":"foo:","changed":false}']);
    assert.deepEqual(added[0]?.policy, {
      unikernels: 1,
      memoryMib: 512,
      cpus: [0],
      blockMib: null,
      bridges: [],
    });
  });

  it('is refused by the supervisor, or before it is asked', async () => {
    const refused = { name: 'Failure', code: 'POLICY_CONFLICT' };
    await assert.rejects(albatross('add-policy', 'bar', '1'), refused);
    const invalid = { name: 'Failure', code: 'POLICY_INVALID' };
    for (const args of [['0'], ['1', '--mem', '16'], ['1', '--cpu', '-1'], ['1', '--size', 'x']]) {
      await assert.rejects(albatross('add-policy', 'foo', ...args), invalid);
    }
    const both = albatross('add-policy', 'foo', '1', '--block', '1', '--size', '1');
    await assert.rejects(both, { code: 'commander.conflictingOption' });
    assert.deepEqual(added, []);
  });
});

it('albatross policy shows every page', async () => {
  const rows = await albatross('policy', '-p', 'foo');
  assert.deepEqual(
    rows.map((row) => row.split(' ')[0]),
    ['PATH', 'foo:', 'foo:sub:'],
  );
  const [json = ''] = await albatross('policy', '--path', 'foo:', '--json');
  assert.deepEqual(
    (JSON.parse(json) as { path: string }[]).map((one) => one.path),
    ['foo:', 'foo:sub:'],
  );
  assert.deepEqual(await albatross('policy', '--path', 'bar'), ['no policies']);
});

it('albatross remove-policy removes that of the path, and says when there is none', async () => {
  const removed = await albatross('remove-policy', '-p', 'foo');
  assert.deepEqual(removed, ['removed the policy of foo:']);
  await assert.rejects(albatross('remove-policy'), {
    code: 'POLICY_NOT_FOUND',
    message: 'there is no policy of :',
  });
});
