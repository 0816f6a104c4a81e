import type { Caller } from '@albatross/shared/bus/serve';
import type { EventDraft } from '@albatross/shared/contracts/event';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Done } from '@albatross/shared/contracts/fields';
import type {
  addPolicy,
  assertPolicies,
  listPolicies,
  removePolicy,
} from '@albatross/shared/contracts/policy';
import type { ReplyOf, RequestOf } from '@albatross/shared/contracts/request';
import { admitBlock, admitUnikernel } from '@albatross/shared/domain/admission';
import { describeExcess, type Excess } from '@albatross/shared/domain/excess';
import { ROOT, type PathName } from '@albatross/shared/domain/name';
import type {
  BlockShare,
  Holdings,
  Policies,
  Policy,
  Share,
} from '@albatross/shared/domain/policy';
import { rootPolicy } from '@albatross/shared/domain/root-policy';
import { diskFailure } from '../disk.ts';
import { idOf, type EventSink } from '../events/event-sink.ts';
import { asked, isFresh, outcomeOf, type Asked, type Outcomes } from '../outcomes.ts';
import type { PolicyState, StoredPolicies } from '@albatross/shared/contracts/stored-policies';
import { NO_POLICIES, type PolicyFile } from './policy-file.ts';
import { policyPage } from './policy-page.ts';
import { planRemoval, planSetting, type Plan, type Wish } from './policy-plan.ts';
import { Turns } from '../turns.ts';

interface Parts {
  readonly file: PolicyFile;
  readonly now: () => number;
  /** What the machine itself allows, at this moment. */
  readonly machine: () => Policy;
  /** All that is held, what is only just admitted included. */
  readonly holdings: () => Holdings;
  readonly outcomes: Outcomes;
  readonly events: EventSink;
}

/** Outcomes of policy commands kept across a restart: they are written as a whole at every change. */
export const POLICY_OUTCOMES_MAX = 256;

/**
 * All policies, and what callers may do with them.
 *
 * A change is decided and known in one breath, then written, and holds once it is on the disk. Until then
 * what is admitted must fit the policies of before and those to come; so whichever the disk ends up with,
 * nothing exceeds it. Changes are made one after the other.
 */
export class PolicyBook {
  readonly #parts: Parts;
  readonly #turns = new Turns<'change'>();
  #stored: PolicyState = NO_POLICIES;
  /** What is being written, or may have been by a write that failed. */
  #pending: PolicyState | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reads what was stored. Throws `StartError`. */
  async prepare(): Promise<void> {
    const { file, outcomes, events, now } = this.#parts;
    this.#stored = await file.read();
    const fresh = this.#stored.outcomes.filter((one) => isFresh(one, now()));
    for (const outcome of fresh) outcomes.restore(outcome);
    // Of the newest change. The log may have forgotten what is old, and would take it for news.
    if (fresh.length === 0) return;
    for (const event of this.#stored.events) {
      if (!events.has(event.id ?? '')) events.record(event);
    }
  }

  /** What everything held must fit: the policies, and those to come while a change is being written. */
  views(): readonly Policies[] {
    const machine = this.#parts.machine();
    const states = this.#pending === null ? [this.#stored] : [this.#stored, this.#pending];
    return states.map(({ policies }) => viewOf(policies, machine));
  }

  /** Throws `POLICY_EXCEEDED`, unless the share fits beside the others; it names nobody outside of `visible`. */
  admitUnikernel(share: Share, others: readonly Share[], visible: PathName): void {
    refuse(admitUnikernel(this.views(), others, share, visible));
  }

  /** The same beside all block devices that are held. */
  admitBlock(share: BlockShare, visible: PathName): void {
    refuse(admitBlock(this.views(), this.#parts.holdings().blocks, share, visible));
  }

  info(request: RequestOf<typeof listPolicies>): ReplyOf<typeof listPolicies> {
    const { machine, holdings } = this.#parts;
    const stored = this.#stored.policies;
    return policyPage(request, { stored, machine: machine(), holdings: holdings() });
  }

  async add(
    caller: Caller,
    request: RequestOf<typeof addPolicy>,
  ): Promise<ReplyOf<typeof addPolicy>> {
    const { name, policy, setAt } = request;
    return await this.#set(asked(caller, 'policy.add', request), [
      { path: name, policy, setAt: setAt ?? null },
    ]);
  }

  async assert(
    caller: Caller,
    request: RequestOf<typeof assertPolicies>,
  ): Promise<ReplyOf<typeof assertPolicies>> {
    return await this.#set(asked(caller, 'policy.assert', request), request.policies);
  }

  async remove(caller: Caller, request: RequestOf<typeof removePolicy>): Promise<Done> {
    const plan = (stored: StoredPolicies): Plan => planRemoval(stored, request.name, this.#parts);
    return await this.#change(asked(caller, 'policy.remove', request), plan, () => ({}));
  }

  async #set(ask: Asked, wishes: readonly Wish[]): Promise<{ changed: boolean }> {
    const { holdings, now } = this.#parts;
    return await this.#change(
      ask,
      (stored) => planSetting(stored, wishes, { holdings, now: now() }),
      ({ altered }) => ({ changed: altered.length > 0 }),
    );
  }

  async #change<Reply extends object>(
    ask: Asked,
    planOn: (stored: StoredPolicies) => Plan,
    replyTo: (plan: Plan) => Reply,
  ): Promise<Reply> {
    return await this.#parts.outcomes.once(ask, async () => {
      return await this.#turns.take('change', async () => {
        try {
          if (this.#pending !== null) await this.#putBack();
          // From here to `#write` nothing may be awaited: nobody is admitted between the check and the change.
          const plan = planOn(this.#stored.policies);
          const reply = replyTo(plan);
          if (plan.changes.size > 0) await this.#write(this.#next(plan, ask, reply));
          return reply;
        } catch (error) {
          throw diskFailure(error);
        }
      });
    });
  }

  #next({ changes, altered }: Plan, ask: Asked, reply: object): PolicyState {
    const at = this.#parts.now();
    const policies = new Map(this.#stored.policies);
    for (const [path, stored] of changes) {
      if (stored === null) policies.delete(path);
      else policies.set(path, stored);
    }
    const fresh = this.#stored.outcomes.filter((one) => isFresh(one, at));
    const outcomes = [...fresh, outcomeOf(ask, { at, reply: { ...reply } })].slice(
      -POLICY_OUTCOMES_MAX,
    );
    const events = altered.map((path) => draft(ask, path, policies.get(path)?.policy ?? null));
    return { policies, outcomes, events };
  }

  async #write(next: PolicyState): Promise<void> {
    const { file, events } = this.#parts;
    this.#pending = next;
    try {
      await file.write(next);
    } catch (error) {
      await this.#putBack().catch(() => undefined);
      throw error;
    }
    this.#stored = next;
    this.#pending = null;
    for (const event of next.events) events.record(event);
  }

  /**
   * After a write that failed, perhaps only after it had replaced the file. As long as it is not certain
   * that the disk holds what is stored, both hold.
   */
  async #putBack(): Promise<void> {
    const { file } = this.#parts;
    if (!(await file.holds(this.#stored))) await file.write(this.#stored);
    this.#pending = null;
  }
}

function viewOf(stored: StoredPolicies, machine: Policy): Policies {
  const view = new Map<PathName, Policy>();
  for (const [path, { policy }] of stored) view.set(path, policy);
  return view.set(ROOT, rootPolicy(machine, stored.get(ROOT)?.policy));
}

function refuse(excess: Excess | null): void {
  if (excess === null) return;
  throw new Failure('POLICY_EXCEEDED', describeExcess(excess), { ...excess });
}

/** With an id, for it may be told twice: before a crash, and after. */
function draft(
  { caller, actor, id: requestId }: Asked,
  path: PathName,
  policy: Policy | null,
): EventDraft {
  const whose = (type: EventDraft['type']) => ({
    id: idOf(type, `${caller} ${requestId} ${path}`),
    name: path,
    actor,
    requestId,
  });
  if (policy === null) return { type: 'policy-removed', ...whose('policy-removed') };
  const { cpus, bridges, ...amounts } = policy;
  const lists = { cpus: [...cpus], bridges: [...bridges] };
  return { type: 'policy-set', ...whose('policy-set'), ...amounts, ...lists };
}
