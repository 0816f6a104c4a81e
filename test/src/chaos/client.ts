import type { Bus } from '@albatross/shared/bus/bus';
import type { RequestContract } from '@albatross/shared/contracts/request';
import { pathOf, type Name, type UnikernelName } from '@albatross/shared/domain/name';
import { blockOperations } from './block-operations.ts';
import type { Disturbances } from './disturbances.ts';
import type { Ground } from './ground.ts';
import { chooseImage } from './images.ts';
import { ownNames } from './names.ts';
import { OwnBlock } from './own-block.ts';
import { OwnPolicy } from './own-policy.ts';
import { OwnUnikernel } from './own-unikernel.ts';
import { policyOperations } from './policy-operations.ts';
import { questions } from './questions.ts';
import type { Dice } from './random.ts';
import type { Snapshot } from './snapshot.ts';
import { Step, type AnyStep } from './step.ts';
import { unikernelOperations } from './unikernel-operations.ts';

/** How often somebody has very little patience, and how little. */
const GIVES_UP = 0.08;
const PATIENCE_MAX_MS = 120;
/** Requests that may be repeated long after they were answered. */
const PAST_MAX = 20;

export type Operation = readonly [weight: number, run: (client: Client) => Promise<void>];

const OPERATIONS: readonly Operation[] = [
  ...unikernelOperations,
  ...blockOperations,
  ...policyOperations,
  ...questions,
  [5, async (client) => await client.repeatSomething()],
];

type Shown = Pick<Snapshot, 'infos' | 'blocks' | 'policies'>;

interface ClientOptions {
  readonly number: number;
  readonly seed: number;
  readonly dice: Dice;
  readonly disturbances: Disturbances;
  /** By default all that the stand-in tender can play. */
  readonly chooseImage?: typeof chooseImage;
}

/** Somebody who does one thing after the other, some with names of its own and some with everybody's. */
export class Client {
  readonly dice: Dice;
  readonly ground: Ground;
  readonly chooseImage: typeof chooseImage;
  readonly unikernels: readonly OwnUnikernel[];
  readonly blocks: readonly OwnBlock[];
  readonly policies: readonly OwnPolicy[];
  readonly #prefix: string;
  #requests = 0;
  /** Of names of everybody, given up and not answered yet. */
  readonly #loose: AnyStep[] = [];
  readonly #past: AnyStep[] = [];
  /** The newest event that was read. */
  lastSeq = 0;

  constructor(options: ClientOptions, ground: Ground) {
    const { number, seed, dice, disturbances } = options;
    this.dice = dice;
    this.ground = ground;
    this.chooseImage = options.chooseImage ?? chooseImage;
    this.#prefix = `seed${seed}-client${number}-`;
    const names = ownNames(number);
    const { findings } = ground;
    const parts = { disturbances, findings };
    this.unikernels = names.unikernels.map((name) => new OwnUnikernel(name, parts));
    this.blocks = names.blocks.map((name) => new OwnBlock(name, findings));
    this.policies = names.policies.map((path) => new OwnPolicy(path, findings));
  }

  get bus(): Bus {
    return this.ground.bus;
  }

  freshId(): string {
    this.#requests += 1;
    return `${this.#prefix}${this.#requests}`;
  }

  /** One operation after the other, until there is none left to `take`. */
  async run(take: () => boolean | Promise<boolean>): Promise<void> {
    while (await take()) {
      try {
        await this.dice.weighted(OPERATIONS)(this);
      } catch (error) {
        this.ground.findings.add(`${this.#prefix} met a defect: ${String(error)}`, stackOf(error));
      }
    }
    for (const one of [...this.unikernels, ...this.blocks, ...this.policies])
      await this.settlePending(one);
    for (const step of this.#loose.splice(0)) await this.#settle(step);
  }

  /** What is not as this client was told, once all has come to rest. */
  expectations({ infos, blocks, policies }: Shown): readonly string[] {
    return this.ground.findings.only(() => {
      for (const own of this.unikernels) {
        const reply = infos.find(({ name }) => name === own.name);
        own.listed(reply !== undefined);
        if (reply !== undefined) own.shown({ kind: 'done', reply }, true);
      }
      for (const own of this.blocks) own.listed(blocks.find(({ name }) => name === own.name));
      for (const own of this.policies) own.listed(policies.find(({ path }) => path === own.path));
    });
  }

  step<C extends RequestContract>(options: ConstructorParameters<typeof Step<C>>[0]): Step<C> {
    return new Step(options, this.ground);
  }

  /**
   * Carries a step out, or gives up on it now and then and comes back to it later: with one of its `own`
   * things before anything else is done to that.
   */
  async carryOut(step: AnyStep, own: { pending: AnyStep | null } | null): Promise<void> {
    if (!this.dice.chance(GIVES_UP)) return await this.#settle(step);
    if (await step.attempt(this.dice.whole(1, PATIENCE_MAX_MS))) return this.#remember(step);
    this.ground.figures.operation('giving up', step.what);
    if (own === null) this.#loose.push(step);
    else own.pending = step;
  }

  async settlePending(own: { pending: AnyStep | null }): Promise<void> {
    const step = own.pending;
    if (step === null) return;
    own.pending = null;
    await this.#settle(step);
  }

  /** Mostly one that it makes sense to do this to; now and then any. */
  chooseOwn<T>(all: readonly T[], isFit: (one: T) => boolean): T {
    const fit = all.filter(isFit);
    return this.dice.pick(fit.length === 0 || this.dice.chance(0.15) ? all : fit);
  }

  /** What is asked of a name next must not depend on what its neighbours are still to become. */
  async settleBeside(name: UnikernelName): Promise<void> {
    const isBeside = (one: Name): boolean =>
      !one.endsWith(':') && pathOf(one as UnikernelName) === pathOf(name);
    for (const one of [...this.unikernels, ...this.blocks])
      if (isBeside(one.name)) await this.settlePending(one);
  }

  async repeatSomething(): Promise<void> {
    const [loose] = this.#loose.splice(0, 1);
    if (loose !== undefined) return await this.#settle(loose);
    if (this.#past.length > 0) await this.dice.pick(this.#past).repeat();
  }

  async #settle(step: AnyStep): Promise<void> {
    await step.settle();
    this.#remember(step);
    if (step.isRepeatable && this.dice.chance(0.05)) await step.repeat();
  }

  #remember(step: AnyStep): void {
    if (!step.isRepeatable) return;
    this.#past.push(step);
    if (this.#past.length > PAST_MAX) this.#past.shift();
  }
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
