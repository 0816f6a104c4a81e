import { helloImage } from '../../../../../examples/hello/src/index.ts';
import assert from 'node:assert/strict';
import { WireClient } from '../../../../../services/tls-gateway/src/testing/wire-client.ts';
import { createMany } from '../../../harness/many.ts';
import type { RunningGateway } from '../../../harness/running-gateway.ts';
import type { RunningSystem } from '../../../harness/running-system.ts';
import { INFO } from '../../../harness/tenants.ts';
import { figureOf, onlyOnce, type Figure } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import type { Unit } from '../../row.ts';
import { cpuSecondsOf } from '../../process-cost.ts';
import { wireBytes } from '../../../harness/wire-bytes.ts';
import type { OpensslServer } from './openssl-server.ts';
import { pemOf, TENANT, type Parties, type PartyKeys, type Shown } from './parties.ts';
import type { Load, TlsLoad } from './tls-load.ts';

export interface Scene {
  readonly keys: PartyKeys;
  readonly parties: Parties;
  readonly system: RunningSystem;
  readonly gateway: RunningGateway;
  readonly load: TlsLoad;
}

const KEYS_TEXT = { p256: 'P-256', ed25519: 'Ed25519' } as const;
const AT_ONCE = [1, 16] as const;
const ROUNDS = 4;
const ROUND_MS = 1_200;
const QUICK_ROUND_MS = 250;
/** Until the endpoint's code is compiled, or about so. */
const WARM_MS = 4_000;
const QUICK_WARM_MS = 300;
const BARE_WARM_MS = 300;
const NAME = 'hello';
const LIMIT = 'handshakes of openssl s_server, one connection after the other';

/** What the supervisor answers from memory: everything else about such a session is the endpoint's. */
export async function measureInfos(
  ground: Ground,
  scene: Scene,
  bare: OpensslServer | null,
): Promise<void> {
  const { keys, parties, gateway, load } = scene;
  await createMany(await scene.system.administrator(), [`${TENANT}:${NAME}`], helloImage('spt'));
  const shown = await parties.show(NAME, INFO);
  const reply = await parties.keep('info.reply', await replyTo(shown, gateway.port));
  const ours = { ...shown, port: gateway.port, reply };
  const theirs = bare === null ? null : { ...shown, port: bare.port };
  await load.run({ ...ours, atOnce: 16, ms: ground.isQuick ? QUICK_WARM_MS : WARM_MS });
  if (theirs !== null) await load.run({ ...theirs, atOnce: 16, ms: BARE_WARM_MS });
  const ms = ground.isQuick ? QUICK_ROUND_MS : ROUND_MS;
  for (const atOnce of AT_ONCE) {
    ground.say(`sessions: info, ${KEYS_TEXT[keys]} keys, ${atOnce} at once`);
    const both = {
      ours: new Rounds(gateway.pid),
      theirs: bare === null ? null : new Rounds(bare.pid),
    };
    for (let round = 0; round < (ground.isQuick ? 1 : ROUNDS); round += 1) {
      await both.ours.add(load, { ...ours, atOnce, ms });
      if (theirs !== null) await both.theirs?.add(load, { ...theirs, atOnce, ms });
    }
    tell(ground, keys, atOnce, both);
  }
}

/** What each session is to be answered, to the byte: it does not change as long as the unikernel does not. */
async function replyTo(shown: Shown, port: number): Promise<Uint8Array> {
  const [message, ...more] = await WireClient.ask({ port, ...(await pemOf(shown)) });
  assert.ok(message?.payload.kind === 'reply' && more.length === 0);
  const { reply } = message.payload;
  assert.ok(reply.kind === 'unikernel-info');
  assert.deepEqual(
    reply.unikernels.map(({ name }) => name),
    [`${TENANT}:${NAME}`],
  );
  return wireBytes(message);
}

/** What came of several runs against the same process. */
class Rounds {
  readonly latenciesMs: number[] = [];
  readonly perSecond: number[] = [];
  readonly #pid: number;
  #cpuMs = 0;

  constructor(pid: number) {
    this.#pid = pid;
  }

  async add(load: TlsLoad, what: Load): Promise<void> {
    const before = cpuSecondsOf(this.#pid);
    const { latenciesMs, elapsedMs } = await load.run(what);
    this.#cpuMs += (cpuSecondsOf(this.#pid) - before) * 1000;
    this.latenciesMs.push(...latenciesMs);
    this.perSecond.push((latenciesMs.length * 1000) / elapsedMs);
  }

  /** Of the process that was connected to, for one session. */
  get cpuMs(): number {
    return this.#cpuMs / this.latenciesMs.length;
  }
}

interface Both {
  readonly ours: Rounds;
  /** Null where there is nobody to compare with. */
  readonly theirs: Rounds | null;
}

function tell(ground: Ground, keys: PartyKeys, atOnce: number, { ours, theirs }: Both): void {
  const key = `sessions/info-${keys}-${atOnce}`;
  const what = `TLS info, ${KEYS_TEXT[keys]}, ${atOnce} at once`;
  const row = (suffix: string, more: string, unit: Unit, of: (rounds: Rounds) => Figure): void =>
    ground.row({
      key: `${key}${suffix}`,
      what: `${what}${more}`,
      unit,
      figure: of(ours),
      limit: theirs === null ? null : { what: LIMIT, figure: of(theirs) },
      who: 'ours',
    });
  row('', ': sessions', '/s', ({ perSecond }) => figureOf(perSecond));
  row('-latency', ': one session', 'ms', ({ latenciesMs }) => figureOf(latenciesMs));
  row('-cpu', ": CPU of the endpoint's process", 'ms', ({ cpuMs }) => onlyOnce(cpuMs));
}
