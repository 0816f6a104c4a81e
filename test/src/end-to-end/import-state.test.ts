import assert from 'node:assert/strict';
import { cpus } from 'node:os';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Administrator } from '../harness/administrator.ts';
import { OwnNetwork } from '../harness/own-network.ts';
import type { Ended } from '../harness/program.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { insideScratchKvm } from '../harness/scratch-kvm.ts';
import { standInTender } from '../harness/tender-path.ts';
import { whoRuns } from '../harness/who-runs.ts';

const DEADLINE = { timeout: 60_000 };
const REFUSED = 117;
/** What the original's daemon wrote; its unikernels are for hvt. */
const STATE = fileURLToPath(new URL('../../../libs/wire/vectors/state', import.meta.url));

/** Each step begins where the one before it ended. */
test('the state of the original is imported into a running system', DEADLINE, async (t) => {
  const why = await whyNot();
  if (why !== null) return t.skip(why);
  const network = await OwnNetwork.open(t);
  const kvm = insideScratchKvm('0666');
  const tender = (await standInTender())['solo5-spt'] ?? '';
  await using system = await RunningSystem.start({
    tenders: { 'solo5-hvt': tender.replace(/spt$/, 'hvt') },
    network,
    inside: 'words' in kvm ? kvm.words : [],
  });
  await importInSteps(t, system, await system.administrator(), network);
});

async function whyNot(): Promise<string | null> {
  const none = await OwnNetwork.whyNot();
  if (none !== false) return none;
  const kvm = insideScratchKvm('0666');
  if ('why' in kvm) return kvm.why;
  return cpus().length < 2 ? 'a unikernel of the state has two CPUs, and this machine one' : null;
}

async function importInSteps(
  t: TestContext,
  system: RunningSystem,
  administrator: Administrator,
  network: OwnNetwork,
): Promise<void> {
  const importState = async (...words: readonly string[]): Promise<Ended> =>
    await system.albatross('import-state', STATE, ...words);

  await t.test('without --apply it only shows what it would do', DEADLINE, async () => {
    const { status, stdout, stderr } = await importState();
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^unikernel hello: to import$/m);
    assert.match(stdout, /^ {2}the bridge service is not there$/m);
    assert.match(stdout, /^ {2}the block device with-data is not there$/m);
    assert.match(stdout, /\n6 to import, 1 skipped\n$/);
    assert.deepEqual(await administrator.list(), []);
  });

  await t.test(
    'it imports what fits this machine, and says why not the rest',
    DEADLINE,
    async () => {
      const { status, stdout } = await importState('--apply');
      assert.equal(status, REFUSED);
      assert.match(stdout, /^unikernel hello: refused, .*service.* \[BRIDGE_NOT_FOUND\]$/m);
      assert.match(stdout, /\n5 imported, 1 skipped, 1 refused\n$/);
      assert.deepEqual(
        (await administrator.list()).map(({ name }) => name),
        ['tenant:packed', 'tenant:persist'],
      );
      const policies = JSON.parse((await system.albatross('policy', '--json')).stdout);
      assert.deepEqual(
        policies.map(({ path }: { readonly path: string }) => path),
        [':', 'badbridge:', 'badcpu:', 'nob:'],
      );
    },
  );

  await t.test(
    'again, it imports what was missing, and leaves the rest alone',
    DEADLINE,
    async () => {
      const before = await whoRuns(administrator);
      await network.namespace.ip('link add name service type bridge');
      await network.namespace.ip('link set dev service up');
      await system.albatross('create-block', 'with-data', '1');
      const { status, stdout, stderr } = await importState('--apply');
      assert.deepEqual([status, stderr], [0, ''], stdout);
      assert.match(stdout, /^unikernel hello: imported$/m);
      assert.match(stdout, /\n1 imported, 6 skipped\n$/);
      const { hello, ...others } = await whoRuns(administrator);
      assert.deepEqual(others, before);
      assert.ok(hello !== undefined);
    },
  );

  await t.test('what is imported is what the original had', DEADLINE, async () => {
    await assertAsInOriginal(administrator);
  });
}

async function assertAsInOriginal(administrator: Administrator): Promise<void> {
  const shown = await administrator.show('hello');
  const { memoryMib, cpus: ours, startupPriority, restart, nets, blocks, target } = shown;
  assert.deepEqual([target, memoryMib, ours, startupPriority], ['hvt', 64, [0, 1], 10]);
  assert.deepEqual(restart, { kind: 'on-exit', statuses: [1, 2] });
  const [{ tap, ...net } = { tap: null }, ...more] = nets;
  assert.match(tap ?? '', /^alb/);
  const mac = '02:00:00:00:00:2a';
  assert.deepEqual([net, more], [{ name: 'service', bridge: 'service', mac }, []]);
  const storage = { name: 'storage', device: 'with-data', sectorBytes: 512, sizeMib: 1 };
  assert.deepEqual(blocks, [storage]);
}
