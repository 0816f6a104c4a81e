import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WireClient } from '../../../../../services/tls-gateway/src/testing/wire-client.ts';
import { standInTender } from '../../../harness/tender-path.ts';
import { INFO } from '../../../harness/tenants.ts';
import { figureOf } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { Parties, pemOf, TENANT, type PartyKeys } from '../../groups/sessions/parties.ts';
import { TlsLoad } from '../../groups/sessions/tls-load.ts';
import { addRow, type PeerMeasurement, type PeerRow } from '../peer-measurement.ts';
import { PeerSystem } from '../peer-system.ts';
import { PeerUnikernels } from '../peer-unikernels.ts';
import type { PeerPrograms } from '../peer-programs.ts';
import { wireBytes } from '../../../harness/wire-bytes.ts';

const KEYS: readonly PartyKeys[] = ['p256', 'ed25519'];
const KEYS_TEXT = { p256: 'P-256', ed25519: 'Ed25519' } as const;
const AT_ONCE = [1, 16] as const;
const ROUNDS = 4;
const ROUND_MS = 1_200;
const QUICK_ROUND_MS = 250;
const WARM_MS = 600;
const NAME = 'hello';

export const PEER_SESSIONS: PeerMeasurement = {
  group: 'sessions',
  needs: ['albatrossd', 'albatross-console', 'albatross-tls-endpoint'],
  rows: KEYS.flatMap((keys) => AT_ONCE.flatMap((atOnce) => Object.values(rowsOf(keys, atOnce)))),
  async measure(ground, programs) {
    const folder = await mkdtemp(join(tmpdir(), 'albatross-peer-sessions-'));
    try {
      const load = await TlsLoad.compile(folder, ground.stop);
      for (const keys of KEYS) {
        const parties = await Parties.make(folder, keys);
        await measureWith(ground, programs, { keys, parties, load });
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Scene {
  readonly keys: PartyKeys;
  readonly parties: Parties;
  readonly load: TlsLoad;
}

function rowsOf(keys: PartyKeys, atOnce: number): Record<'rate' | 'latency', PeerRow> {
  const key = `sessions/info-${keys}-${atOnce}`;
  const what = `TLS info, ${KEYS_TEXT[keys]}, ${atOnce} at once`;
  return {
    rate: { key, what: `${what}: sessions`, unit: '/s' },
    latency: { key: `${key}-latency`, what: `${what}: one session`, unit: 'ms' },
  };
}

async function measureWith(
  ground: Ground,
  programs: PeerPrograms,
  { keys, parties, load }: Scene,
): Promise<void> {
  await using system = await PeerSystem.start(programs, await standInTender());
  await system.startEndpoint(parties.files);
  const name = parseUnikernelName(`${TENANT}:${NAME}`);
  const unikernels = new PeerUnikernels(system);
  await unikernels.create(name);
  const shown = await parties.show(NAME, INFO);
  const [message, ...more] = await WireClient.ask({ port: system.port, ...(await pemOf(shown)) });
  assert.ok(message?.payload.kind === 'reply' && more.length === 0, 'info is one reply');
  assert.ok(message.payload.reply.kind === 'unikernel-info');
  assert.equal(message.payload.reply.unikernels.length, 1);
  const bytes = wireBytes(message);
  const to = { ...shown, port: system.port, reply: await parties.keep('peer.reply', bytes) };
  for (const atOnce of AT_ONCE) {
    await load.run({ ...to, atOnce, ms: ground.isQuick ? QUICK_ROUND_MS : WARM_MS });
    const loaded = [];
    for (let round = 0; round < (ground.isQuick ? 1 : ROUNDS); round += 1)
      loaded.push(
        await load.run({ ...to, atOnce, ms: ground.isQuick ? QUICK_ROUND_MS : ROUND_MS }),
      );
    const { rate, latency } = rowsOf(keys, atOnce);
    const perSecond = loaded.map((one) => (one.latenciesMs.length * 1000) / one.elapsedMs);
    addRow(ground, rate, { figure: figureOf(perSecond) });
    addRow(ground, latency, { figure: figureOf(loaded.flatMap((one) => one.latenciesMs)) });
  }
  await unikernels.destroy(name);
}
