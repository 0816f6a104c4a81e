import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { entryTexts } from '../harness/console-entries.ts';
import { RunningGateway } from '../harness/running-gateway.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 90_000 };
const image = helloImage('spt');

/** Each step begins where the one before it ended; each person works in a folder of their own. */
describe("the steps of the original's README", () => {
  let system: RunningSystem;
  let gateway: RunningGateway | null = null;
  let people: string;
  const folder = (person: 'operator' | 'user' | 'developer'): string => join(people, person);

  before(async () => {
    people = await mkdtemp(join(tmpdir(), 'albatross-people-'));
    for (const person of ['operator', 'user', 'developer'] as const) await mkdir(folder(person));
    system = await RunningSystem.start({ tenders: await standInTender() });
  }, DEADLINE);
  after(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await system[Symbol.asyncDispose]();
    await rm(people, { recursive: true });
  }, DEADLINE);

  /** Succeeds, and says so. */
  async function types(
    person: Parameters<typeof folder>[0],
    said: RegExp,
    ...args: readonly string[]
  ): Promise<void> {
    const { status, stdout, stderr } = await system.albatrossIn(folder(person), ...args);
    assert.deepEqual([status, stderr], [0, ''], args.join(' '));
    assert.match(stdout, said);
  }
  const of = (person: Parameters<typeof folder>[0], file: string): string =>
    join(folder(person), file);

  it('1: the operator makes an authority', DEADLINE, async () => {
    await types('operator', /authority ca, until/, 'generate', 'ca', 'ca.db');
  });

  it('2: and starts the endpoint', DEADLINE, async () => {
    const files = ['cacert.pem', 'server.pem', 'server.key'].map((file) => of('operator', file));
    gateway = await RunningGateway.start(system, '--ip', '127.0.0.1', '--port', '0', ...files);
    assert.ok(gateway.port > 0);
  });

  it('3: a user asks for a policy', DEADLINE, async () => {
    const limits = ['16', '--mem', '1024', '--cpu', '0', '--cpu', '1'];
    await types('user', /user\.req/, 'add_policy', 'user', ...limits, '--csr');
  });

  it('4: which the operator signs', DEADLINE, async () => {
    const files = ['cacert.pem', 'ca.db', 'ca.key', of('user', 'user.req')];
    await types('operator', /policy of user: with 16 unikernels, 1024 MiB/, 'sign', ...files);
  });

  it('5: a developer asks for a unikernel', DEADLINE, async () => {
    await types('developer', /hello\.req/, 'create', 'hello', image, '--csr', '--arg', 'tick=50');
  });

  it('6: which the user signs', DEADLINE, async () => {
    const authority = of('operator', 'user.pem');
    const files = [authority, 'user.db', 'user.key', of('developer', 'hello.req')];
    await types('user', /create user:hello/, 'sign', ...files);
  });

  it('7: and the developer sends', DEADLINE, async () => {
    const certificate = [of('user', 'hello.pem'), 'hello.key'];
    const where = ['--server-ca', of('operator', 'cacert.pem'), ...destination()];
    await types('developer', /created unikernel/, 'certificate', ...certificate, ...where);
    const administrator = await system.administrator();
    const { state, memoryMib } = await administrator.show('user:hello');
    assert.deepEqual([state, memoryMib], ['running', 32]);
    await eventually('it prints', async () =>
      entryTexts(await administrator.console('user:hello')).includes('tick 1'),
    );
  });

  it('8: or in one step, whoever has the key of the policy', DEADLINE, async () => {
    const authority = ['--ca', of('operator', 'user.pem'), '--ca-key', 'user.key'];
    const where = [...authority, '--server-ca', of('operator', 'cacert.pem'), ...destination()];
    const words = ['create', 'other', image, '--mem', '16', '--arg', 'tick=50'];
    await types('user', /created (unikernel|other)/, ...words, ...where);
    await types('user', /hello[^]*other/, 'info', ...where);
    await types('user', /user|:/, 'policy', ...where);
    await types('user', /destroyed/, 'destroy', 'hello', ...where);
    const administrator = await system.administrator();
    const unikernels = await administrator.list();
    assert.deepEqual(
      unikernels.map(({ name }) => name),
      ['user:other'],
    );
  });

  it('who did it stands in the log, by certificate', DEADLINE, async () => {
    const { stdout } = await system.albatross('log', '--json');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; name: string; actor: string });
    const created = events.filter(({ type }) => type === 'created');
    assert.deepEqual(
      created.map(({ name, actor }) => [name, actor.replace(/[0-9a-f]{64}/, 'LEAF')]),
      [
        ['user:hello', 'tls:LEAF;user/hello'],
        ['user:other', 'tls:LEAF;user/other'],
      ],
    );
    const policies = events.filter(({ type }) => type === 'policy-set');
    assert.deepEqual([policies.length, policies[0]?.name], [1, 'user:']);
  });

  function destination(): readonly string[] {
    return ['--destination', gateway?.destination ?? ''];
  }
});
