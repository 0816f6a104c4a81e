import type { PolicyEntry } from '@albatross/shared/contracts/policy';
import type { PathName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import { isDeepStrictEqual } from 'node:util';
import type { Answer } from './answers.ts';
import type { Findings } from './findings.ts';
import type { Plan } from './plan.ts';
import type { AnyStep } from './step.ts';

/** The policy of a path that one client alone gives policies to. */
export class OwnPolicy {
  readonly path: PathName;
  readonly #findings: Findings;
  #policy: Policy | null = null;
  /** Whether it was set as of long ago, so that others of that time count as much. */
  #isOld = false;
  /** Asked for, and not answered yet. */
  pending: AnyStep | null = null;

  constructor(path: PathName, findings: Findings) {
    this.path = path;
    this.#findings = findings;
  }

  /** Whether setting it now is a change. */
  isChangedBy(policy: Policy, isOld = false): boolean {
    if (this.#policy === null) return true;
    return (!isOld || this.#isOld) && !isDeepStrictEqual(this.#policy, policy);
  }

  set(policy: Policy, isOld = false): void {
    this.#policy = policy;
    this.#isOld = isOld;
  }

  removed(answer: Answer<object>): void {
    const isThere = this.#policy !== null;
    if (answer.kind === 'done' ? !isThere : answer.code === 'POLICY_NOT_FOUND' && isThere)
      this.#find(`is there: ${isThere}; its removal was answered otherwise`, answer);
    if (answer.kind === 'done') this.#policy = null;
  }

  /** The entry of a listing, or its absence. */
  listed(entry: PolicyEntry | undefined): void {
    if (!isDeepStrictEqual(entry?.policy ?? null, this.#policy))
      this.#find('is not what was set', { set: this.#policy, entry });
  }

  /** A unikernel was admitted below it, alone. */
  admitted({ settings }: Plan): void {
    const policy = this.#policy;
    if (policy === null || this.pending !== null) return;
    const fits =
      policy.unikernels >= 1 &&
      policy.memoryMib >= settings.memoryMib &&
      settings.cpus.every((cpu) => policy.cpus.includes(Number(cpu))) &&
      settings.nets.every(({ bridge = '' }) => policy.bridges.includes(bridge));
    if (!fits) this.#find('admitted what it does not allow', { policy, settings });
  }

  #find(text: string, about?: unknown): void {
    this.#findings.add(`the policy of ${this.path} ${text}`, about);
  }
}
