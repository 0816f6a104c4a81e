import { describeExit, type Exit } from '@albatross/shared/domain/exit';
import { lifeName, type Life, type LifeName, type LifeRecord } from '@albatross/shared/domain/life';
import type { Logger } from '@albatross/shared/runtime/logger';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Host, ObservedLife, Tender } from './host/host.ts';
import type { Images } from './images.ts';
import { judge, type Verdict } from './judge.ts';
import type { Effect, Event } from './lifecycle.ts';
import type { Records } from './records.ts';
import type { Unikernel } from './unikernel.ts';

/** How long a tender may take to end after SIGTERM before it is killed. */
export const KILL_AFTER_MS = 5_000;

/** While console reads, a keeper is gone within this time. */
const DRAIN_USUAL_MS = 5_000;
const LOOK_SOON_MS = 50;

interface Parts {
  readonly host: Host;
  readonly images: Images;
  readonly records: Records;
  readonly unikernels: ReadonlyMap<UnikernelName, Unikernel>;
  readonly log: Logger;
}

/** Starts lives, ends them, notices their end, and clears away what is over. */
export class Keeping {
  readonly #parts: Parts;
  readonly #starting = new Set<LifeName>();
  /** Ends that are not on the disk yet; their traces must stay. */
  readonly #unrecorded = new Map<
    LifeName,
    { readonly unikernel: Unikernel; readonly exit: Exit }
  >();
  /** When a life was first seen without anything it should have. */
  readonly #silentSince = new Map<LifeName, number>();
  #soon: NodeJS.Timeout | null = null;
  /** Asks for another look at the folders. */
  onChange: () => void = () => undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Starts the life whose number the unikernel has. Throws a `Failure`. */
  async start(unikernel: Unikernel, tender: Tender): Promise<void> {
    const { host, images } = this.#parts;
    const { config, uid } = unikernel;
    const life: Life = { unikernel: config.name, number: unikernel.life };
    this.#starting.add(lifeName(life));
    try {
      const imagePath = images.path(config.digest);
      const process = await host.startLife({ life, config, tender, imagePath, uid });
      unikernel.startedAt = process.startedAt;
      this.#apply(unikernel, { kind: 'started', life: life.number, process });
    } finally {
      this.#starting.delete(lifeName(life));
    }
    // It may be over already, and the folder's hint may have come before this life was known.
    this.onChange();
  }

  /** Takes a life up again that went on while no supervisor was there. */
  adopt(unikernel: Unikernel, life: Life, record: LifeRecord): void {
    unikernel.startedAt = record.startedAt;
    this.#apply(unikernel, { kind: 'started', life: life.number, process: record });
  }

  /** Resolves when nothing of it runs any more. */
  async stop(unikernel: Unikernel): Promise<void> {
    this.#apply(unikernel, { kind: 'stop-asked' });
    await unikernel.whenEnded();
  }

  /** Acts on what the folders and the process table show. */
  async observed(lives: readonly ObservedLife[]): Promise<void> {
    const now = Date.now();
    const verdicts = judge(lives, {
      standing: (life) => this.#standing(life),
      silentMs: (life) => this.#silence(life, now),
    });
    for (const verdict of verdicts) {
      try {
        await this.#act(verdict, now);
      } catch (error) {
        const life = lifeName(verdict.life);
        this.#parts.log.error('a life cannot be dealt with', { life, what: verdict.kind, error });
      }
    }
    await this.#recordEnds();
  }

  async #act(verdict: Verdict, now: number): Promise<void> {
    const { host, log, unikernels } = this.#parts;
    const name = lifeName(verdict.life);
    switch (verdict.kind) {
      case 'ended': {
        const unikernel = unikernels.get(verdict.life.unikernel);
        const { number } = verdict.life;
        if (unikernel) this.#apply(unikernel, { kind: 'ended', life: number, exit: verdict.exit });
        log.info('ended', { life: name, exit: describeExit(verdict.exit) });
        this.#lookSoon();
        return;
      }
      case 'wedged':
        log.warn('killing a tender that hangs in its end', { life: name });
        host.signal(verdict.process, 'SIGKILL');
        return;
      case 'orphan': {
        const isOverdue = this.#silence(verdict.life, now) > KILL_AFTER_MS;
        log.warn('ending a tender that belongs to no unikernel', { life: name });
        host.signal(verdict.process, isOverdue ? 'SIGKILL' : 'SIGTERM');
        return;
      }
      case 'release':
        log.warn('console output that nobody read is given up', { life: name });
        await host.releaseKeeper(verdict.life);
        return;
      case 'draining':
        // No folder changes when a keeper goes; while console is there, it goes at once.
        if (this.#silence(verdict.life, now) < DRAIN_USUAL_MS) this.#lookSoon();
        return;
      case 'over':
        if (this.#unrecorded.has(name)) return;
        this.#silentSince.delete(name);
        await host.removeLife(verdict.life);
        return;
    }
  }

  #apply(unikernel: Unikernel, event: Event): void {
    const { phase } = unikernel;
    const life = phase.kind === 'running' || phase.kind === 'stopping' ? phase.life : 0;
    const name = lifeName({ unikernel: unikernel.config.name, number: life });
    for (const effect of unikernel.apply(event)) this.#carryOut(effect, unikernel, name);
  }

  #carryOut(effect: Effect, unikernel: Unikernel, life: LifeName): void {
    switch (effect.kind) {
      case 'signal':
        this.#parts.host.signal(effect.process, effect.signal);
        return;
      case 'await-stop': {
        // Again and again: what could not be signalled once may be the next time.
        const overdue = setInterval(
          () => this.#apply(unikernel, { kind: 'stop-overdue' }),
          KILL_AFTER_MS,
        ).unref();
        void unikernel.whenEnded().then(() => clearInterval(overdue));
        return;
      }
      case 'record-exit':
        this.#unrecorded.set(life, { unikernel, exit: effect.exit });
        return;
    }
  }

  /** What the disk does not take now is tried again at the next look. */
  async #recordEnds(): Promise<void> {
    for (const [name, { unikernel, exit }] of this.#unrecorded) {
      try {
        await this.#parts.records.writeEnded(unikernel, exit);
        this.#unrecorded.delete(name);
        this.onChange();
      } catch (error) {
        this.#parts.log.error('the end of a unikernel cannot be recorded', { life: name, error });
      }
    }
  }

  #lookSoon(): void {
    if (this.#soon !== null) return;
    this.#soon = setTimeout(() => {
      this.#soon = null;
      this.onChange();
    }, LOOK_SOON_MS).unref();
  }

  #standing(life: Life): 'starting' | 'current' | 'past' {
    if (this.#starting.has(lifeName(life))) return 'starting';
    return this.#parts.unikernels.get(life.unikernel)?.lives(life.number) ? 'current' : 'past';
  }

  #silence(life: Life, now: number): number {
    const name = lifeName(life);
    const since = this.#silentSince.get(name) ?? now;
    this.#silentSince.set(name, since);
    return now - since;
  }
}
