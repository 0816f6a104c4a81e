import { deferred, type Deferred } from '@albatross/shared/bus/deferred';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import type { UnikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import type { BlockDevice, Tap } from '@albatross/shared/domain/device';
import type { Exit } from '@albatross/shared/domain/exit';
import { defaultMac } from '@albatross/shared/domain/mac';
import type { Share } from '@albatross/shared/domain/policy';
import { afterExit, type AfterExit } from '@albatross/shared/domain/restart';
import { holdsResources, type UnikernelConfig } from '@albatross/shared/domain/unikernel';
import { step, type Effect, type Event, type Phase } from './lifecycle.ts';
import type { PastLife, StoredUnikernel } from '@albatross/shared/contracts/stored-unikernel';

/** Ends of one unikernel that are remembered. */
export const PAST_LIVES_MAX = 32;

/** One unikernel as the supervisor knows it. Only `apply` and `ended` change where it stands. */
export class Unikernel {
  config: UnikernelConfig;
  /** The one that takes its place, or whose place it takes, until that is certain: its share counts as well. */
  other: UnikernelConfig | null = null;
  uid: number | null;
  restarts: number;
  /** Number of its newest life; 0 before the first. */
  life: number;
  /** Start of the newest life, milliseconds since 1970. */
  startedAt: number | null = null;
  taps: readonly Tap[] = [];
  /** Lives that were not healthy since the last that was. */
  failures: number;
  /** Starts that failed since the last that did not. */
  startFailures = 0;
  /** Somebody is stopping it: an end is what was asked for, even if it comes before the signal. */
  shouldRest = false;
  #pastLives: readonly PastLife[];
  #phase: Phase;
  /** Of the life it lives now, if it does. */
  #over: Deferred | null = null;

  constructor(stored: StoredUnikernel, phase: Phase = { kind: 'starting' }) {
    this.config = stored.config;
    this.uid = stored.uid;
    this.restarts = stored.restarts;
    this.life = stored.life;
    this.failures = stored.failures;
    this.#pastLives = stored.pastLives;
    this.#phase = phase;
  }

  /** Another one in the same place, which holds what that one holds. */
  become({ config, restarts, failures, pastLives }: Omit<StoredUnikernel, 'uid' | 'life'>): void {
    this.config = config;
    this.restarts = restarts;
    this.failures = failures;
    this.#pastLives = pastLives;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Also after its own end, as long as something is about to take its place. */
  get holdsResources(): boolean {
    return this.other !== null || holdsResources(this.#phase.kind);
  }

  /** Returns what is to be done now. */
  apply(event: Event): readonly Effect[] {
    const { phase, effects } = step(this.#phase, event);
    if (event.kind === 'started' && phase !== this.#phase) this.#over = deferred();
    this.#phase = phase;
    if (!this.#hasTender) this.#over?.resolve();
    return effects;
  }

  /** A life of it ended. Returns what its rule says, and what is to be done; null when it is not the one it lives now. */
  ended(
    life: number,
    exit: Exit,
    { now, random }: { readonly now: number; readonly random: number },
  ): {
    readonly asked: boolean;
    readonly after: AfterExit;
    readonly effects: readonly Effect[];
  } | null {
    if (!this.lives(life)) return null;
    if (this.shouldRest && this.#phase.kind === 'running') {
      this.#phase = { ...this.#phase, kind: 'stopping', next: 'rest' };
    }
    const lifetimeMs = Math.max(0, now - (this.startedAt ?? now));
    const past = { life, exit, at: now, lifetimeMs };
    const after = afterExit(past, this.config, this.failures, random);
    const asked = this.#phase.kind === 'stopping';
    this.#pastLives = [...this.#pastLives, past].slice(-PAST_LIVES_MAX);
    if (!asked) {
      if (after.kind === 'again' || after.kind === 'gave-up') this.failures = after.failures;
      if (after.kind === 'again-without-name') this.config = { ...this.config, addName: false };
    }
    return { asked, after, effects: this.apply({ kind: 'ended', life, exit, after, now }) };
  }

  /** Resolves when no tender of it runs any more. */
  async whenIdle(): Promise<void> {
    if (this.#hasTender) await this.#over?.promise;
  }

  get #hasTender(): boolean {
    return this.#phase.kind === 'running' || this.#phase.kind === 'stopping';
  }

  /** Whether that life is the one it lives now. */
  lives(number: number): boolean {
    const phase = this.#phase;
    return (phase.kind === 'running' || phase.kind === 'stopping') && phase.life === number;
  }

  /** How its newest life ended; null when none did, or it lives. */
  get lastEnd(): PastLife | null {
    return this.#hasTender || this.#phase.kind === 'starting' ? null : this.lastPast;
  }

  /** The newest end that is known; null when there was none. */
  get lastPast(): PastLife | null {
    return this.#pastLives.at(-1) ?? null;
  }

  /** Whether that life is known to have ended. */
  hasEnded(life: number): boolean {
    return this.#pastLives.some((past) => past.life === life);
  }

  /** What it takes of every policy; while it is being replaced, as much as either of the two. */
  share(): Share {
    const now = shareOf(this.config);
    if (this.other === null) return now;
    const next = shareOf(this.other);
    return {
      name: now.name,
      memoryMib: Math.max(now.memoryMib, next.memoryMib),
      cpus: [...new Set([...now.cpus, ...next.cpus])],
      bridges: [...new Set([...now.bridges, ...next.bridges])],
    };
  }

  stored(): StoredUnikernel {
    const { config, uid, restarts, life, failures } = this;
    return { config, uid, restarts, life, failures, pastLives: [...this.#pastLives] };
  }

  summary(): UnikernelSummary {
    const phase = this.#phase;
    const { name, target, memoryMib, digest } = this.config;
    return {
      name,
      state: phase.kind,
      target,
      pid: phase.kind === 'running' || phase.kind === 'stopping' ? phase.process.pid : null,
      memoryMib,
      digest,
      startedAt: this.startedAt,
      restarts: this.restarts,
      exit: this.lastEnd?.exit ?? null,
      lastExit: this.lastPast?.exit ?? null,
      nextTryAt: phase.kind === 'backing-off' ? phase.until : null,
    };
  }

  details(sizeMib: (device: BlockDevice) => number | null): UnikernelDetails {
    const { config } = this;
    const phase = this.#phase;
    // The summary comes last: V8 takes some 2 µs for each property that is added to a copy.
    return {
      cpus: [...config.cpus],
      nets: config.nets.map(({ name, bridge, mac }) => ({
        name,
        bridge,
        mac: mac ?? defaultMac(name, config.name),
        tap: this.taps.find(({ device }) => device === name)?.tap ?? null,
      })),
      blocks: config.blocks.map((block) => ({ ...block, sizeMib: sizeMib(block) })),
      startupPriority: config.startupPriority,
      restart: storedRule(config),
      arguments: [...config.arguments],
      addName: config.addName,
      why: phase.kind === 'backing-off' || phase.kind === 'failed' ? phase.why : null,
      pastLives: [...this.#pastLives],
      ...this.summary(),
    };
  }
}

export function shareOf({ name, memoryMib, cpus, nets }: UnikernelConfig): Share {
  const bridges = nets.length === 0 ? [] : [...new Set(nets.map(({ bridge }) => bridge))];
  return { name, memoryMib, cpus, bridges };
}

function storedRule({ restart }: UnikernelConfig): UnikernelDetails['restart'] {
  return restart.kind === 'never' ? restart : { ...restart, statuses: [...restart.statuses] };
}
