import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { withOpenTun } from '../../harness/open-tun.ts';
import { RunningGateway } from '../../harness/running-gateway.ts';
import { RunningSystem } from '../../harness/running-system.ts';
import { standInTender } from '../../harness/tender-path.ts';
import type { Ground } from '../group.ts';
import type { Absence, Row } from '../row.ts';
import { whyNoOwnNetwork } from '../groups/sweeps/own-network.ts';
import { measurePeer } from './measure-peer.ts';
import { PEER_MEASUREMENTS } from './measurements.ts';
import { putStandIns } from './testing/stand-ins.ts';

/** What a measurement adds in a hurry. */
class Told {
  readonly rows: Row[] = [];
  readonly absent: Absence[] = [];

  ground(peer: string | null): Ground {
    return {
      isQuick: true,
      peer,
      stop: new AbortController().signal,
      row: (row) => this.rows.push(row),
      absent: (absence) => this.absent.push(absence),
      series: () => undefined,
      say: () => undefined,
    };
  }
}

const NATIVE = new URL('../../../../services/tls-gateway/native/', import.meta.url);
/** What a machine may lack; or one sweep in a hurry may not tell, which `rows.test.ts` is about. */
const IMPOSSIBLE = /there can be no (bridge|network)|a part of a sweep before it sends/;
const GROUPS = new Set(PEER_MEASUREMENTS.map(({ group }) => group));

describe('the original beside ours', () => {
  let system: RunningSystem;
  let gateway: RunningGateway;
  let folder: TemporaryFolder;

  before(async () => {
    folder = await TemporaryFolder.make();
    const tenders = await standInTender();
    system = await RunningSystem.start({ tenders, inside: withOpenTun() });
    gateway = await RunningGateway.start(system, '--local');
    await putStandIns(folder.file('.'), system);
  });

  after(async () => {
    await gateway[Symbol.asyncDispose]();
    await system[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  for (const group of GROUPS)
    it(`is measured as ${group} of ours are, by its protocol, and leaves nothing`, async (t) => {
      if (group === 'sessions' && !hasAddon())
        return t.skip('not run here: the addon of services/tls-gateway/native was not built');
      const told = new Told();
      await measurePeer(group, told.ground(folder.file('.')));
      const measurements = PEER_MEASUREMENTS.filter((one) => one.group === group);
      const lacks = measurements.flatMap((one) => one.lacks ?? []);
      const impossible = told.absent.filter(({ why }) => IMPOSSIBLE.test(why));
      assert.deepEqual(
        told.absent.filter((one) => !impossible.includes(one)).map(({ key }) => key),
        lacks.map(({ key }) => key),
      );
      assert.ok(told.rows.length + impossible.length >= 1);
      for (const { key, figure, who } of told.rows) {
        assert.equal(who, 'original');
        assert.ok(figure.median > 0, key);
        assert.equal(key.split('/')[0], group);
      }
      // In a hurry there are others with numbers in them.
      const rows = measurements.flatMap((one) => one.rows);
      assert.deepEqual(kindsOf([...told.rows, ...impossible]), kindsOf(rows));
      assert.deepEqual(await (await system.administrator()).list(), []);
      assert.deepEqual(peerFolders(), []);
      assert.deepEqual(links(), []);
      for (const { key, why } of impossible) t.skip(`not measured here: ${key}: ${why}`);
    });

  it('is absent where a program is lacking, and says which', async () => {
    await using incomplete = await TemporaryFolder.make();
    await putStandIns(incomplete.file('.'), system);
    rmSync(incomplete.file('albatross-console'));
    const told = new Told();
    await measurePeer('creates', told.ground(incomplete.file('.')));
    assert.deepEqual(told.rows, []);
    const creates = PEER_MEASUREMENTS.filter(({ group }) => group === 'creates');
    assert.equal(told.absent.length, creates.flatMap(({ rows }) => rows).length);
    for (const { why, who } of told.absent) {
      assert.match(why, /has no albatross-console$/);
      assert.equal(who, 'original');
    }
  });

  it('is not measured where a line of a console is lost', async () => {
    await using lossy = await TemporaryFolder.make();
    await putStandIns(lossy.file('.'), system, { lines: 1_000 });
    const told = new Told();
    await assert.rejects(measurePeer('consoles', told.ground(lossy.file('.'))), /every line came/);
    assert.deepEqual([told.rows, peerFolders()], [[], []]);
  });

  it('is not measured where a sweep leaves out a process', async (t) => {
    const why = whyNoOwnNetwork();
    if (why !== null) return t.skip(`not run here: ${why}`);
    await using lossy = await TemporaryFolder.make();
    await putStandIns(lossy.file('.'), system, { processes: 1 });
    const told = new Told();
    await assert.rejects(
      measurePeer('sweeps', told.ground(lossy.file('.'))),
      /a sweep has every process once/,
    );
    assert.deepEqual(told.rows, []);
  });

  it('is nothing that anybody waits for without --peer', async () => {
    const told = new Told();
    await measurePeer('creates', told.ground(null));
    assert.deepEqual([told.rows, told.absent], [[], []]);
  });
});

function kindsOf(rows: readonly Pick<Row, 'key'>[]): ReadonlySet<string> {
  return new Set(rows.map(({ key }) => key.replaceAll(/\d+/g, 'N')));
}

/** Without it, the endpoint that stands in takes no image in a certificate. */
function hasAddon(): boolean {
  return readdirSync(NATIVE).some((name) => name.endsWith('.node'));
}

/** Bridges and taps of ours, which are called after this process. */
function links(): readonly string[] {
  return readdirSync('/sys/class/net').filter((name) => name.endsWith(String(process.pid)));
}

function peerFolders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('albatross-peer-'));
}
