import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standInTender } from '../../../harness/tender-path.ts';
import { onlyOnce } from '../../figures.ts';
import { Parties } from '../../groups/sessions/parties.ts';
import { pssKibOf } from '../../process-cost.ts';
import { addRow, type PeerMeasurement, type PeerRow } from '../peer-measurement.ts';
import type { PeerProgram } from '../peer-programs.ts';
import { PeerSystem } from '../peer-system.ts';

const PROGRAMS = [
  'albatrossd',
  'albatross-console',
  'albatross-stats',
  'albatross-tls-endpoint',
] as const;

/** Ours that does the same. */
const COUNTERPARTS = {
  albatrossd: 'supervisor',
  'albatross-console': 'console',
  'albatross-stats': 'stats',
  'albatross-tls-endpoint': 'tls-gateway',
} as const satisfies Partial<Record<PeerProgram, string>>;

export const PEER_MEMORY: PeerMeasurement = {
  group: 'memory',
  needs: PROGRAMS,
  rows: PROGRAMS.map((program) => rowOf(program)),
  async measure(ground, programs) {
    const folder = await mkdtemp(join(tmpdir(), 'albatross-peer-memory-'));
    try {
      await using system = await PeerSystem.start(programs, await standInTender(), [
        'albatross-console',
        'albatrossd',
        'albatross-stats',
      ]);
      await system.startEndpoint((await Parties.make(folder, 'ed25519')).files);
      for (const program of PROGRAMS)
        addRow(ground, rowOf(program), {
          figure: onlyOnce(pssKibOf(system.pidOf(program)) / 1024),
        });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function rowOf(program: keyof typeof COUNTERPARTS): PeerRow {
  return {
    key: `memory/idle-${COUNTERPARTS[program]}`,
    what: `${program}, idle, Pss`,
    unit: 'MiB',
  };
}
