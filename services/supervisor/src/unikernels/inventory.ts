import { Failure } from '@albatross/shared/contracts/failures';
import type { ReplyOf, RequestOf } from '@albatross/shared/contracts/request';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import {
  UNIKERNELS_PER_PAGE_MAX,
  type listUnikernels,
} from '@albatross/shared/contracts/unikernel-list';
import { isPathName, isWithin, type Name, type UnikernelName } from '@albatross/shared/domain/name';
import type { Share } from '@albatross/shared/domain/policy';
import type { Blocks } from '../blocks/blocks.ts';
import type { Unikernel } from './unikernel.ts';

/** Unikernels that have ended and are still shown. */
export const ENDED_MAX = 4096;

/** All unikernels there are, by name. */
export class Inventory {
  readonly #unikernels = new Map<UnikernelName, Unikernel>();
  /** Names whose record could not be read, and was put aside. */
  readonly #damaged: Set<UnikernelName>;
  readonly #blocks: Pick<Blocks, 'sizeMib'>;

  constructor(blocks: Pick<Blocks, 'sizeMib'>, damaged: Iterable<UnikernelName>) {
    this.#blocks = blocks;
    this.#damaged = new Set(damaged);
  }

  find(name: UnikernelName): Unikernel | null {
    return this.#unikernels.get(name) ?? null;
  }

  /** Throws a `Failure`. */
  get(name: UnikernelName): Unikernel {
    const unikernel = this.find(name);
    if (unikernel !== null) return unikernel;
    throw new Failure('UNIKERNEL_NOT_FOUND', `there is no unikernel ${name}`, { name });
  }

  set(unikernel: Unikernel): void {
    this.#unikernels.set(unikernel.config.name, unikernel);
  }

  /** What stands under a name from now on. */
  put(name: UnikernelName, unikernel: Unikernel | null): void {
    if (unikernel === null) this.#unikernels.delete(name);
    else this.#unikernels.set(name, unikernel);
  }

  all(): readonly Unikernel[] {
    return [...this.#unikernels.values()];
  }

  /** What is held now. */
  shares(): readonly Share[] {
    return this.all().flatMap((one) => (one.holdsResources ? [one.share()] : []));
  }

  /** Users that others than that one have. */
  uidsBeside(name: UnikernelName): readonly (number | null)[] {
    const others = this.all().filter((one) => one.holdsResources && one.config.name !== name);
    return others.map(({ uid }) => uid);
  }

  isDamaged(name: UnikernelName): boolean {
    return this.#damaged.has(name);
  }

  get hasDamaged(): boolean {
    return this.#damaged.size > 0;
  }

  /** Throws a `Failure`. */
  refuseDamaged(name: UnikernelName): void {
    if (!this.#damaged.has(name)) return;
    throw new Failure(
      'UNIKERNEL_EXISTS',
      `the record of ${name} is damaged and was put aside, and its process may still run; destroy it first`,
      { name },
    );
  }

  /** From now on what runs under that name belongs to nobody. */
  forgetDamaged(name: UnikernelName): void {
    this.#damaged.delete(name);
  }

  /** Those that ended longest ago, as many as there are too many. */
  tooMany(): readonly Unikernel[] {
    const ended = this.all().filter((one) => !one.holdsResources);
    if (ended.length <= ENDED_MAX) return [];
    const oldestFirst = ended.toSorted((a, b) => (a.lastEnd?.at ?? 0) - (b.lastEnd?.at ?? 0));
    return oldestFirst.slice(0, ended.length - ENDED_MAX);
  }

  details(unikernel: Unikernel): UnikernelDetails {
    const { name } = unikernel.config;
    return unikernel.details(({ device }) => this.#blocks.sizeMib(name, device));
  }

  show(name: UnikernelName): UnikernelDetails {
    return this.details(this.get(name));
  }

  list({ name, after }: RequestOf<typeof listUnikernels>): ReplyOf<typeof listUnikernels> {
    const names = [...this.#unikernels.keys()]
      .filter((one) => isAtOrBelow(one, name) && (after === undefined || one > after))
      .toSorted();
    const page = names.slice(0, UNIKERNELS_PER_PAGE_MAX);
    const next = names.length > page.length ? (page.at(-1) ?? null) : null;
    return { unikernels: page.map((one) => this.get(one).summary()), next };
  }
}

function isAtOrBelow(one: UnikernelName, name: Name): boolean {
  return isPathName(name) ? isWithin(one, name) : one === name;
}
