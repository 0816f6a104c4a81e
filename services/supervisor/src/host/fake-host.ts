import { Failure } from '@albatross/shared/contracts/failures';
import type { NetDevice, Tap } from '@albatross/shared/domain/device';
import type { Exit } from '@albatross/shared/domain/exit';
import { lifeName, type Life, type LifeName, type LifeRecord } from '@albatross/shared/domain/life';
import { defaultMac } from '@albatross/shared/domain/mac';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import { isTenderTarget } from '@albatross/shared/domain/unikernel';
import type { Target } from '@albatross/solo5';
import type { Host, ObservedLife, StartPlan, Tender, TenderProcess } from './host.ts';

type Signal = 'SIGTERM' | 'SIGKILL';

interface FakeLife {
  readonly plan: StartPlan;
  readonly record: LifeRecord;
  isTenderAlive: boolean;
  isTenderWedged: boolean;
  isKeeperAlive: boolean;
  exit: Exit | null;
  exitAt: number | null;
  /** Those it has still. */
  taps: readonly Tap[];
}

const FAKE_POLICY: Policy = {
  unikernels: 1000,
  memoryMib: 0,
  cpus: [0, 1],
  blockMib: 1024,
  bridges: ['backend', 'service'],
};

/**
 * A machine in memory, for tests. Its lives outlast the supervisor that started them, as the real ones do.
 * A tender ends of SIGTERM, and its keeper goes with it, unless a test says otherwise.
 */
export class FakeHost implements Host {
  readonly tenderUids: Host['tenderUids'];
  /** Every signal that was sent, in order. */
  readonly signals: { readonly unikernel: UnikernelName; readonly signal: Signal }[] = [];
  /** Every start that was asked for, in order. */
  readonly starts: StartPlan[] = [];
  readonly #lives = new Map<LifeName, FakeLife>();
  #bootId = 'boot 1';
  #nextPid = 1000;
  #nextTap = 0;

  /** What it has at this moment. */
  policy: Policy;

  /** What no tender listens to. */
  deafTo: ReadonlySet<Signal> = new Set();
  /** Keepers of ended lives wait until they are released. */
  isConsoleAway = false;
  /** Guests end like this before their start is known to have succeeded. */
  endAtOnce: Exit | null = null;
  /** What a start fails with. */
  startFailure: Error | null = null;
  /** What giving devices back fails with. */
  freeFailure: Error | null = null;
  /** Milliseconds since 1970. */
  now: () => number = Date.now;
  /** Starts wait for it. */
  startGate: Promise<void> = Promise.resolve();
  /** Called when a start is asked for, and when an exit appears. */
  onChange: () => void = () => undefined;

  constructor(options: {
    readonly memoryMib: number;
    /** The rest of what it has. */
    readonly policy?: Partial<Policy>;
    readonly tenderUids?: { readonly first: number; readonly count: number } | null;
  }) {
    this.policy = { ...FAKE_POLICY, ...options.policy, memoryMib: options.memoryMib };
    this.tenderUids = options.tenderUids ?? null;
  }

  async findTender(target: Target, _abiVersion: number): Promise<Tender> {
    if (!isTenderTarget(target)) throw new Error(`no tender for ${target}`);
    return { target, path: `/fake/${target}` };
  }

  machine(): Policy {
    return this.policy;
  }

  checkBridges(nets: readonly NetDevice[]): void {
    const there = this.policy.bridges;
    const missing = nets.map(({ bridge }) => bridge).filter((one) => !there.includes(one));
    if (missing.length === 0) return;
    const text = `the host has no bridge ${missing.join(', ')}; it has ${there.join(', ')}`;
    throw new Failure('BRIDGE_NOT_FOUND', text, { missing, there });
  }

  async startLife(plan: StartPlan): Promise<LifeRecord> {
    await plan.written;
    this.starts.push(plan);
    this.onChange();
    await this.startGate;
    if (this.startFailure !== null) throw this.startFailure;
    const shared = plan.blocks.find(({ path }) => this.blocks().includes(path));
    if (shared !== undefined) throw new Error(`two tenders have ${shared.path}`);
    const pid = this.#nextPid;
    this.#nextPid += 1;
    const taps = this.#makeTaps(plan);
    const startedAt = this.now();
    const uid = plan.uid ?? 0;
    const record = { pid, startTicks: pid, bootId: this.#bootId, uid, startedAt, taps };
    this.#lives.set(lifeName(plan.life), {
      plan,
      record,
      isTenderAlive: true,
      isTenderWedged: false,
      isKeeperAlive: true,
      exit: null,
      exitAt: null,
      taps,
    });
    if (this.endAtOnce !== null) this.end(plan.life.unikernel, this.endAtOnce);
    return record;
  }

  async observe(): Promise<readonly ObservedLife[]> {
    return [...this.#lives.values()].map((one) => ({
      life: one.plan.life,
      record: one.record,
      isTenderAlive: one.isTenderAlive,
      isTenderWedged: one.isTenderWedged,
      isKeeperAlive: one.isKeeperAlive,
      exit: one.exit,
      exitAt: one.exitAt,
    }));
  }

  hasExit(life: Life): boolean {
    return this.#lives.get(lifeName(life))?.exit != null;
  }

  signal(process: TenderProcess, signal: Signal): void {
    for (const life of this.#lives.values()) {
      if (life.record.pid !== process.pid || life.record.bootId !== process.bootId) continue;
      if (!life.isTenderAlive) return;
      const { unikernel } = life.plan.life;
      this.signals.push({ unikernel, signal });
      if (this.deafTo.has(signal) || (life.isTenderWedged && signal === 'SIGTERM')) return;
      this.#ended(life, { kind: 'signal', signal: signal === 'SIGTERM' ? 15 : 9 });
      this.onChange();
    }
  }

  async freeDevices(life: Life): Promise<void> {
    if (this.freeFailure !== null) throw this.freeFailure;
    const found = this.#lives.get(lifeName(life));
    if (found !== undefined) found.taps = [];
  }

  async blocksOf(life: Life): Promise<readonly string[]> {
    return this.#lives.get(lifeName(life))?.plan.blocks.map(({ path }) => path) ?? [];
  }

  async releaseKeeper(life: Life): Promise<void> {
    const found = this.#lives.get(lifeName(life));
    if (found !== undefined) found.isKeeperAlive = false;
  }

  async removeLife(life: Life): Promise<void> {
    await this.freeDevices(life);
    this.#lives.delete(lifeName(life));
  }

  /** The guest of its newest life ends. */
  end(unikernel: UnikernelName, exit: Exit): void {
    this.#ended(this.newest(unikernel), exit);
    this.onChange();
  }

  /** Somebody kills the keeper: of an end that comes later nobody will tell. */
  killKeeper(unikernel: UnikernelName): void {
    this.newest(unikernel).isKeeperAlive = false;
  }

  /** The tender's first thread ends and another does not. */
  wedge(unikernel: UnikernelName): void {
    this.newest(unikernel).isTenderWedged = true;
  }

  /** Nothing of before is left. */
  reboot(): void {
    this.#bootId += '+';
    this.#lives.clear();
  }

  newest(unikernel: UnikernelName): FakeLife {
    const lives = [...this.#lives.values()].filter(({ plan }) => plan.life.unikernel === unikernel);
    const newest = lives.toSorted((a, b) => b.plan.life.number - a.plan.life.number)[0];
    if (newest === undefined) throw new Error(`${unikernel} never lived, or was cleared away`);
    return newest;
  }

  /** Names of all lives there are traces of, oldest first. */
  traces(): readonly LifeName[] {
    return [...this.#lives.keys()];
  }

  running(): readonly UnikernelName[] {
    return this.#alive().map(({ plan }) => plan.life.unikernel);
  }

  runningMib(): number {
    return this.#alive().reduce((sum, { plan }) => sum + plan.config.memoryMib, 0);
  }

  /** Every tap there is. */
  taps(): readonly Tap[] {
    return [...this.#lives.values()].flatMap(({ taps }) => taps);
  }

  /** Paths of the block devices that tenders have open. */
  blocks(): readonly string[] {
    return this.#alive().flatMap(({ plan }) => plan.blocks.map(({ path }) => path));
  }

  #makeTaps({ config }: StartPlan): readonly Tap[] {
    return config.nets.map((net) => {
      this.#nextTap += 1;
      const mac = net.mac ?? defaultMac(net.name, config.name);
      return { device: net.name, bridge: net.bridge, tap: `fake${this.#nextTap}`, mac };
    });
  }

  #alive(): readonly FakeLife[] {
    return [...this.#lives.values()].filter(({ isTenderAlive }) => isTenderAlive);
  }

  #ended(life: FakeLife, exit: Exit): void {
    life.isTenderAlive = false;
    life.isTenderWedged = false;
    life.exit = life.isKeeperAlive ? exit : null;
    life.exitAt = life.isKeeperAlive ? this.now() : null;
    if (!this.isConsoleAway) life.isKeeperAlive = false;
  }
}
