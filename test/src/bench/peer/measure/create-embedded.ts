import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { standInTender } from '../../../harness/tender-path.ts';
import { DESTROY, INFO } from '../../../harness/tenants.ts';
import { figureOf } from '../../figures.ts';
import {
  created,
  createLarge,
  largeImage,
  NAME,
  UNIKERNEL,
} from '../../groups/sessions/large-create.ts';
import { Parties } from '../../groups/sessions/parties.ts';
import { TlsLoad } from '../../groups/sessions/tls-load.ts';
import { addRow, type PeerMeasurement } from '../peer-measurement.ts';
import { PeerSystem } from '../peer-system.ts';
import { ask } from '../talk.ts';

const RUNS = 7;
const RUNS_QUICK = 1;

const EMBEDDED = {
  key: 'sessions/create-embedded',
  what: 'TLS create, 8 MiB in the certificate, Ed25519: one session, from connect to the end',
  unit: 'ms',
} as const;

export const PEER_CREATE_EMBEDDED: PeerMeasurement = {
  group: 'sessions',
  needs: ['albatrossd', 'albatross-console', 'albatross-tls-endpoint'],
  rows: [EMBEDDED],
  async measure(ground, programs) {
    await using folder = await TemporaryFolder.make();
    const load = await TlsLoad.compile(folder.path, ground.stop);
    const parties = await Parties.make(folder.path, 'ed25519');
    const image = await largeImage();
    const shown = await parties.show(NAME, createLarge(image));
    const reply = await parties.keep('create.reply', created());
    await using system = await PeerSystem.start(programs, await standInTender());
    await system.startEndpoint(parties.files);
    const session = { ...shown, reply, port: system.port, atOnce: 1, sessions: 1 };
    const taken: number[] = [];
    // The first has memory taken.
    for (let run = -1; run < (ground.isQuick ? RUNS_QUICK : RUNS); run += 1) {
      ground.stop.throwIfAborted();
      const { latenciesMs } = await load.run(session);
      const ms = latenciesMs[0] ?? assert.fail('there was no session');
      if (run >= 0) taken.push(ms);
      await destroyLarge(system.socket('vmmd'), image);
    }
    addRow(ground, EMBEDDED, { figure: figureOf(taken) });
  },
};

/** It runs, with every byte of its image; then it is gone again. */
async function destroyLarge(vmmd: string, image: Uint8Array): Promise<void> {
  const reply = await ask(vmmd, UNIKERNEL, INFO);
  assert.ok(reply.kind === 'unikernel-info' && reply.unikernels.length === 1, 'it does not run');
  const digest = createHash('sha256').update(image).digest('hex');
  assert.equal(Buffer.from(reply.unikernels[0]?.info.digest ?? []).toString('hex'), digest);
  await ask(vmmd, UNIKERNEL, DESTROY);
}
