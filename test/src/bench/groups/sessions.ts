import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningGateway } from '../../harness/running-gateway.ts';
import { RunningSystem } from '../../harness/running-system.ts';
import { standInTender } from '../../harness/tender-path.ts';
import type { Group, Ground } from '../group.ts';
import { measureCreates } from './sessions/creates.ts';
import { measureInfos, type Scene } from './sessions/infos.ts';
import { OpensslServer } from './sessions/openssl-server.ts';
import { Parties, type PartyKeys } from './sessions/parties.ts';
import { TlsLoad } from './sessions/tls-load.ts';

const KEYS: readonly PartyKeys[] = ['p256', 'ed25519'];

/** The same program connects to the endpoint and to its limit; it computes on the same cores as both. */
export const SESSIONS: Group = {
  name: 'sessions',
  what: 'sessions over TLS, from connect to the end',
  measure: async (ground) => {
    const folder = await mkdtemp(join(tmpdir(), 'albatross-sessions-'));
    try {
      const load = await TlsLoad.compile(folder, ground.stop).catch((error: unknown) => {
        ground.absent({ key: 'sessions', what: 'sessions over TLS', why: String(error) });
        return null;
      });
      if (load === null) return;
      for (const keys of KEYS) await measureWith(ground, keys, { folder, load });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Tools {
  readonly folder: string;
  readonly load: TlsLoad;
}

async function measureWith(
  ground: Ground,
  keys: PartyKeys,
  { folder, load }: Tools,
): Promise<void> {
  const parties = await Parties.make(folder, keys);
  const { certificateFile, serverCertificateFile, serverKeyFile } = parties.files;
  const where = ['--ip', '127.0.0.1', '--port', '0'];
  const files = [certificateFile, serverCertificateFile, serverKeyFile];
  await using system = await RunningSystem.start({ tenders: await standInTender() });
  await using gateway = await RunningGateway.start(system, ...where, ...files);
  const scene: Scene = { keys, parties, system, gateway, load };
  await using bare = await OpensslServer.start(parties.files);
  if (bare === null) ground.say('sessions: there is no openssl to compare with');
  await measureInfos(ground, scene, bare);
  // Of that, keys are a small part.
  if (keys === 'ed25519') await measureCreates(ground, scene);
}
