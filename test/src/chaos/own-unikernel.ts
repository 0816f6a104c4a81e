import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { holdsResources, type UnikernelState } from '@albatross/shared/domain/unikernel';
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from './answers.ts';
import type { Disturbances } from './disturbances.ts';
import type { Findings } from './findings.ts';
import { differenceOf, goesOn, type Plan } from './plan.ts';
import type { AnyStep } from './step.ts';

/** What there is under a name, as its only client was told. */
interface Standing {
  readonly plan: Plan;
  /** Whether it was stopped since. */
  readonly rests: boolean;
}

/** A unikernel that one client alone changes, one request after the other: it knows what must be. */
export class OwnUnikernel {
  readonly name: UnikernelName;
  readonly #disturbances: Disturbances;
  readonly #findings: Findings;
  #standing: Standing | null = null;
  /** Asked for, and not answered yet. */
  pending: AnyStep | null = null;

  constructor(
    name: UnikernelName,
    { disturbances, findings }: { disturbances: Disturbances; findings: Findings },
  ) {
    this.name = name;
    this.#disturbances = disturbances;
    this.#findings = findings;
  }

  get plan(): Plan | null {
    return this.#standing?.plan ?? null;
  }

  /** Whether it holds its share and its block device, whatever happened meanwhile. */
  get mustHold(): boolean {
    return this.#states().every(holdsResources) && this.#standing !== null;
  }

  get mayHold(): boolean {
    return this.#states().some(holdsResources);
  }

  created(answer: Answer<UnikernelDetails>, plan: Plan, force: boolean): void {
    if (answer.kind === 'refused') {
      if (answer.code === 'UNIKERNEL_EXISTS' && (force || !this.mayHold))
        this.#find('is said to exist');
      return;
    }
    if (!force && this.mustHold) this.#find('was created though it held its name', answer.reply);
    this.#standing = { plan, rests: false };
    this.#compare(answer.reply);
  }

  restarted(answer: Answer<UnikernelDetails>, plan: Plan | null): void {
    if (!this.#isKnown(answer)) return;
    if (answer.kind === 'refused' || this.#standing === null) return;
    this.#standing = { plan: plan ?? this.#standing.plan, rests: false };
    this.#compare(answer.reply);
  }

  stopped(answer: Answer<UnikernelDetails>): void {
    if (!this.#isKnown(answer)) return;
    if (answer.kind === 'refused' || this.#standing === null) return;
    this.#standing = { ...this.#standing, rests: true };
    this.#compare(answer.reply);
  }

  destroyed(answer: Answer<object>): void {
    if (this.#isKnown(answer) && answer.kind === 'done') this.#standing = null;
  }

  /** What `info` answers while nothing is pending; at rest everything has come to its end. */
  shown(answer: Answer<UnikernelDetails>, isAtRest = false): void {
    if (!this.#isKnown(answer) || answer.kind === 'refused') return;
    const { reply } = answer;
    this.#compare(reply);
    const states = isAtRest ? this.#statesAtRest() : this.#states();
    if (!states.includes(reply.state))
      this.#find(`is ${reply.state}, not ${states.join(' or ')}`, reply);
    const exit = this.#exitAtRest();
    if (isAtRest && exit !== null && !isDeepStrictEqual(reply.exit, exit))
      this.#find(`ended by ${JSON.stringify(reply.exit)}, not ${JSON.stringify(exit)}`, reply);
  }

  /** Whether `list` may show it, or show it not. */
  listed(isListed: boolean): void {
    if (isListed !== (this.#standing !== null))
      this.#find(isListed ? 'is listed' : 'is not listed', this.#standing);
  }

  /** Whether being there, or not, fits what is known. */
  #isKnown(answer: Answer<unknown>): boolean {
    const isThere = this.#standing !== null;
    const isMissing = answer.kind === 'refused' && answer.code === 'UNIKERNEL_NOT_FOUND';
    if (isMissing && isThere) this.#find('is said not to be there', this.#standing);
    if (answer.kind === 'done' && !isThere) this.#find('is there', answer.reply);
    return isMissing !== isThere && !(answer.kind === 'done' && !isThere);
  }

  #compare(reply: UnikernelDetails): void {
    const difference = this.plan === null ? null : differenceOf(this.plan, reply);
    if (difference !== null) this.#find('has another configuration', difference);
  }

  #states(): readonly UnikernelState[] {
    if (this.#standing === null) return [];
    const { plan, rests } = this.#standing;
    const runsOn = plan.exit === null && !this.#isDisturbed;
    // Whoever answers from memory what a supervisor that was killed began may still have to end it.
    if (rests)
      return runsOn ? ['stopped', 'stopping'] : ['stopped', 'stopping', 'exited', 'failed'];
    // A supervisor that is killed in a start, or between two lives, begins again.
    const going = ['running', 'starting', 'backing-off'] as const;
    return runsOn ? going : [...going, 'exited', 'failed'];
  }

  #statesAtRest(): readonly UnikernelState[] {
    if (this.#standing === null) return [];
    const { plan, rests } = this.#standing;
    if (rests) return this.#states().filter((state) => state !== 'stopping');
    if (plan.exit === null && !this.#isDisturbed) return ['running'];
    if (plan.exit === null)
      return plan.settings.restart.kind === 'never'
        ? ['running', 'exited']
        : ['running', 'backing-off', 'exited'];
    return goesOn(plan) ? ['running', 'backing-off', 'failed', 'exited'] : ['exited'];
  }

  /** Only of one that came to its end by itself can be told how. */
  #exitAtRest(): Plan['exit'] {
    if (this.#standing === null || this.#standing.rests || this.#isDisturbed) return null;
    return goesOn(this.#standing.plan) ? null : this.#standing.plan.exit;
  }

  get #isDisturbed(): boolean {
    return this.#disturbances.hasName(this.name);
  }

  #find(text: string, about?: unknown): void {
    this.#findings.add(`${this.name} ${text}`, about);
  }
}
