import { setTimeout as sleep } from 'node:timers/promises';
import type { EventDraft } from '@albatross/shared/contracts/event';
import { Failure } from '@albatross/shared/contracts/failures';
import { describeExit } from '@albatross/shared/domain/exit';
import { lifeName, type Life, type LifeName, type LifeRecord } from '@albatross/shared/domain/life';
import type { Logger } from '@albatross/shared/runtime/logger';
import { Clearing } from './clearing.ts';
import type { Host, ObservedLife, StartPlan } from '../host/host.ts';
import type { Inventory } from './inventory.ts';
import { judge, type Standing, type Verdict } from './judge.ts';
import type { AfterStop, Effect, Event } from './lifecycle.ts';
import type { LifeEvents } from './life-events.ts';
import { Orphans, STUCK_AFTER_MS } from './orphans.ts';
import type { Records } from './records.ts';
import type { Unikernel } from './unikernel.ts';

/** How long a tender may take to end after SIGTERM before it is killed. */
export const KILL_AFTER_MS = 5_000;

/** While console reads, a keeper is gone within this time. */
const DRAIN_USUAL_MS = 5_000;
const LOOK_SOON_MS = 50;

interface Parts {
  readonly host: Host;
  readonly records: Records;
  readonly events: LifeEvents;
  readonly inventory: Pick<Inventory, 'find' | 'isDamaged'>;
  readonly log: Logger;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Milliseconds since some moment, never set back. */
  readonly clock: () => number;
}

/** Starts lives, ends them, notices their end, and clears away what is over. */
export class Keeping {
  readonly #parts: Parts;
  readonly #starting = new Set<LifeName>();
  /** Ends that are not on the disk yet; their traces must stay. */
  readonly #unrecorded = new Map<LifeName, Unikernel>();
  /** Since when a life is without anything it should have, in milliseconds of the process's own clock. */
  readonly #silentSince = new Map<LifeName, number>();
  readonly orphans: Orphans;
  readonly clearing: Clearing;
  /** Taps and block devices that are being given back. */
  readonly #freeing = new Map<LifeName, Promise<void>>();
  /** The next try of each that waits for one. */
  readonly #wakes = new Map<Unikernel, NodeJS.Timeout>();
  /** Lives of which a word in the log is enough. */
  readonly #mentioned = new Set<LifeName>();
  #soon: NodeJS.Timeout | null = null;
  /** Asks for another look at the folders; resolves when it was taken. */
  onChange: () => Promise<void> = async () => undefined;
  /** A unikernel's next try, which was to be at that time, is due. */
  onWake: (unikernel: Unikernel, at: number) => void = () => undefined;
  /** What a unikernel held as long as it lived may be given to others. */
  onOver: (unikernel: Unikernel) => void = () => undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.orphans = new Orphans(parts.clock, async () => await this.onChange());
    this.clearing = new Clearing(parts.host, parts.log);
  }

  /** Starts the life whose number the unikernel has; `because` is told before that it did. Throws a `Failure`. */
  async start(
    unikernel: Unikernel,
    plan: Omit<StartPlan, 'life' | 'config' | 'uid'>,
    because: EventDraft | null,
  ): Promise<void> {
    const { config, uid } = unikernel;
    const life: Life = { unikernel: config.name, number: unikernel.life };
    this.#starting.add(lifeName(life));
    try {
      const record = await this.#parts.host.startLife({ ...plan, life, config, uid });
      this.#began(unikernel, life, record);
      this.#parts.events.started(life, record, because);
    } finally {
      this.#starting.delete(lifeName(life));
    }
    // The folder's hint may have come before this life was known. Without: every start would look at all lives.
    if (this.#parts.host.hasExit(life)) void this.onChange();
  }

  /** Takes a life up again that went on while no supervisor was there. */
  adopt(unikernel: Unikernel, life: Life, record: LifeRecord): void {
    unikernel.life = life.number;
    this.#began(unikernel, life, record);
  }

  #began(unikernel: Unikernel, life: Life, record: LifeRecord): void {
    unikernel.startedAt = record.startedAt;
    unikernel.taps = record.taps;
    unikernel.startFailures = 0;
    this.apply(unikernel, { kind: 'started', life: life.number, process: record });
  }

  /**
   * Resolves when nothing of it runs any more. Throws a `Failure` when that takes too long: the tender is
   * killed again and again until it ends, and what it holds stays held as long.
   */
  async stop(unikernel: Unikernel, next: AfterStop): Promise<void> {
    this.apply(unikernel, { kind: 'stop-asked', next });
    const giveUp = new AbortController();
    const stuck = sleep(STUCK_AFTER_MS, 'stuck', { signal: giveUp.signal, ref: false });
    stuck.catch(() => undefined);
    try {
      const life = lifeName({ unikernel: unikernel.config.name, number: unikernel.life });
      if ((await Promise.race([unikernel.whenIdle(), stuck])) !== 'stuck') {
        // Nobody should find its taps there after being told that it is gone.
        await Promise.race([this.#freeing.get(life), stuck]);
        return;
      }
    } finally {
      giveUp.abort();
    }
    const { name } = unikernel.config;
    const pid = unikernel.summary().pid;
    throw new Failure(
      'TENDER_STUCK',
      `the tender of ${name}, process ${pid}, does not end, not even of SIGKILL; it is tried again until it does`,
      { name, pid },
    );
  }

  /** Acts on what the folders and the process table show. */
  async observed(lives: readonly ObservedLife[]): Promise<void> {
    const verdicts = judge(lives, {
      standing: (life) => this.#standing(life),
      silentMs: (life) => this.#silence(life),
    });
    this.orphans.note(lives.filter(({ life }) => this.#isNobodys(life)));
    for (const verdict of verdicts) {
      try {
        await this.#act(verdict);
      } catch (error) {
        this.#parts.log.error('a life cannot be dealt with', { what: verdict.kind, error });
      }
    }
    for (const life of this.clearing.forget(lives)) {
      this.#silentSince.delete(lifeName(life));
      this.#mentioned.delete(lifeName(life));
      this.#parts.events.forget(life);
    }
    await this.#recordEnds();
  }

  async #act(verdict: Verdict): Promise<void> {
    const { host, log } = this.#parts;
    switch (verdict.kind) {
      case 'ended':
        this.#ended(verdict);
        return;
      case 'wedged':
        log.warn('killing a tender that hangs in its end', { life: lifeName(verdict.life) });
        host.signal(verdict.process, 'SIGKILL');
        return;
      case 'orphan': {
        const isOverdue = this.#silence(verdict.life) > KILL_AFTER_MS;
        this.#mention(verdict.life, 'ending a tender that belongs to no unikernel');
        host.signal(verdict.process, isOverdue ? 'SIGKILL' : 'SIGTERM');
        return;
      }
      case 'release':
        this.#mention(verdict.life, 'console output that nobody read is given up');
        await host.releaseKeeper(verdict.life);
        return;
      case 'draining':
        // No folder changes when a keeper goes; while console is there, it goes at once.
        if (this.#silence(verdict.life) < DRAIN_USUAL_MS) this.#lookSoon();
        return;
      case 'over':
        if (!this.#unrecorded.has(lifeName(verdict.life))) this.clearing.begin(verdict.life);
    }
  }

  #ended({ seen, exit }: Extract<Verdict, { kind: 'ended' }>): void {
    const { events, inventory, log, random } = this.#parts;
    const { life, record } = seen;
    const now = seen.exitAt ?? Date.now();
    const lifetimeMs = Math.max(0, now - (record?.startedAt ?? now));
    if (!events.exited(life, exit, lifetimeMs)) return;
    this.#freeDevices(life);
    log.info('ended', { life: lifeName(life), exit: describeExit(exit) });
    const unikernel = inventory.find(life.unikernel);
    const end = unikernel?.ended(life.number, exit, { now, random: random() });
    if (unikernel === null || end == null) return;
    unikernel.taps = [];
    if (!end.asked) events.followed(life, end.after);
    this.#carryOut(end.effects, unikernel, lifeName(life));
    if (!unikernel.holdsResources) this.onOver(unikernel);
    this.#lookSoon();
  }

  /** Beside everything else, for it takes a while; what cannot be given back now is when the life is cleared away. */
  #freeDevices(life: Life): void {
    const { host, log } = this.#parts;
    const name = lifeName(life);
    const freeing = host
      .freeDevices(life)
      .catch((error: unknown) =>
        log.warn('devices of a life cannot be given back', { life: name, error }),
      )
      .finally(() => this.#freeing.delete(name));
    this.#freeing.set(name, freeing);
  }

  apply(unikernel: Unikernel, event: Event): void {
    const life = lifeName({ unikernel: unikernel.config.name, number: unikernel.life });
    this.#carryOut(unikernel.apply(event), unikernel, life);
  }

  #carryOut(effects: readonly Effect[], unikernel: Unikernel, life: LifeName): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'signal':
          this.#parts.host.signal(effect.process, effect.signal);
          break;
        case 'await-stop': {
          // Again and again: what could not be signalled once may be the next time.
          const overdue = setInterval(
            () => this.apply(unikernel, { kind: 'stop-overdue' }),
            KILL_AFTER_MS,
          ).unref();
          void unikernel.whenIdle().then(() => clearInterval(overdue));
          break;
        }
        case 'record':
          this.#unrecorded.set(life, unikernel);
          break;
        case 'wake':
          this.#wake(unikernel, effect.at);
      }
    }
  }

  /** Whatever happens meanwhile: who is woken looks whether it still waits. */
  #wake(unikernel: Unikernel, at: number): void {
    clearTimeout(this.#wakes.get(unikernel));
    const wait = setTimeout(
      () => {
        this.#wakes.delete(unikernel);
        this.onWake(unikernel, at);
      },
      Math.max(0, at - Date.now()),
    );
    this.#wakes.set(unikernel, wait.unref());
  }

  /** What the disk does not take now is tried again at the next look. */
  async #recordEnds(): Promise<void> {
    const { records, inventory, log } = this.#parts;
    await records.catchUp().catch((error: unknown) => log.error('the disk is behind', { error }));
    for (const [life, unikernel] of this.#unrecorded) {
      try {
        // Whoever took its place wrote its end first.
        const isThere = inventory.find(unikernel.config.name) === unikernel;
        if (isThere && !(await records.writeEnd(unikernel))) continue;
        this.#unrecorded.delete(life);
        void this.onChange();
      } catch (error) {
        log.error('the end of a unikernel cannot be recorded', { life, error });
      }
    }
  }

  #lookSoon(): void {
    if (this.#soon !== null) return;
    this.#soon = setTimeout(() => {
      this.#soon = null;
      void this.onChange();
    }, LOOK_SOON_MS).unref();
  }

  #mention(life: Life, what: string): void {
    const name = lifeName(life);
    if (!this.#mentioned.has(name)) this.#parts.log.warn(what, { life: name });
    this.#mentioned.add(name);
  }

  #standing(life: Life): Standing {
    if (this.#starting.has(lifeName(life))) return 'starting';
    if (this.#parts.inventory.find(life.unikernel)?.lives(life.number)) return 'current';
    return this.#parts.inventory.isDamaged(life.unikernel) ? 'unknown' : 'past';
  }

  #isNobodys(life: Life): boolean {
    const standing = this.#standing(life);
    return standing === 'past' || standing === 'unknown';
  }

  #silence(life: Life): number {
    const name = lifeName(life);
    const now = this.#parts.clock();
    const since = this.#silentSince.get(name) ?? now;
    this.#silentSince.set(name, since);
    return now - since;
  }
}
