import type { BodyOf, ReplyOf, RequestContract } from '@albatross/shared/contracts/request';
import type { Name } from '@albatross/shared/domain/name';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ask, type Answer } from './answers.ts';
import type { Entry } from './ledger.ts';
import type { Ground } from './ground.ts';

/** How long one attempt may take, before the same is asked again. */
const ATTEMPT_MS = 3_000;
const PAUSE_MS = 100;
/** Whoever asks again and again is answered some time. */
const ANSWER_WITHIN_MS = 120_000;

interface StepOptions<C extends RequestContract> {
  readonly contract: C;
  readonly body: BodyOf<C> & { readonly id: string; readonly name: Name };
  /** Called once with the answer, however late that comes. */
  readonly told: (answer: Answer<ReplyOf<C>>) => void;
  /** Whether what was done is remembered for whoever asks again, even across a restart. */
  readonly isRemembered?: (reply: ReplyOf<C>) => boolean;
}

/** Whatever its contract. */
export type AnyStep = Pick<Step<RequestContract>, 'what' | 'name' | 'isOpen'> & {
  attempt(deadlineMs: number): Promise<boolean>;
  settle(): Promise<void>;
  repeat(): Promise<void>;
  get isRepeatable(): boolean;
};

/** One request that changes something, under its one id, as often as it takes and once more. */
export class Step<C extends RequestContract> {
  readonly #options: StepOptions<C>;
  readonly #ground: Ground;
  readonly #entry: Entry;
  #answer: Answer<ReplyOf<C>> | null = null;
  /** The supervisor that gave the answer; null when it may have been another. */
  #answeredBy: number | null = null;

  constructor(options: StepOptions<C>, ground: Ground) {
    const { contract, body } = options;
    this.#options = options;
    this.#ground = ground;
    this.#entry = ground.ledger.note(body.id, `${contract.noun}.${contract.verb}`, body.name);
  }

  get what(): string {
    return this.#entry.what;
  }

  get name(): Name {
    return this.#entry.name;
  }

  get isOpen(): boolean {
    return this.#answer === null;
  }

  /** Asks once, with little patience. False when there is no answer yet. */
  async attempt(deadlineMs: number): Promise<boolean> {
    const { answer, by } = await this.#ask(deadlineMs);
    if (answer === null) return false;
    this.#take(answer, by);
    return true;
  }

  /** Asks until there is an answer. */
  async settle(): Promise<void> {
    if (!this.isOpen) return;
    const end = Date.now() + ANSWER_WITHIN_MS;
    const ended = this.#ground.waits.begin();
    while (!(await this.attempt(ATTEMPT_MS)) && Date.now() < end) await sleep(PAUSE_MS);
    ended();
    if (this.isOpen)
      this.#find(`was not answered within ${ANSWER_WITHIN_MS} ms, however often asked`);
  }

  #take(answer: Answer<ReplyOf<C>>, by: number | null): void {
    this.#answer = answer;
    this.#answeredBy = by;
    this.#entry.answer = answer;
    const code = answer.kind === 'done' ? 'ok' : answer.code;
    this.#ground.figures.operation(this.what, code);
    if (answer.kind === 'refused' && UNEXPECTED.has(answer.code))
      this.#find(`was answered ${answer.code}: ${answer.message}`);
    this.#options.told(answer);
  }

  get isRepeatable(): boolean {
    const { isRemembered = () => true } = this.#options;
    return this.#answer?.kind === 'done' && isRemembered(this.#answer.reply);
  }

  /** Asks once more for what was done: it must not be done twice, and the answer must be the same. */
  async repeat(): Promise<void> {
    const before = this.#answer;
    for (let tries = 0; tries < 40; tries += 1) {
      const { answer, by } = await this.#ask(ATTEMPT_MS);
      if (answer === null) {
        await sleep(PAUSE_MS);
        continue;
      }
      this.#ground.figures.operation('repetition', answer.kind === 'done' ? 'ok' : answer.code);
      const isSameSupervisor = by !== null && by === this.#answeredBy;
      const isSame = isSameSupervisor
        ? isDeepStrictEqual(answer, before)
        : answer.kind === before?.kind && isAlike(answer, before);
      if (!isSame) this.#find('was answered differently when repeated', { before, answer });
      return;
    }
    this.#find('was not answered when repeated');
  }

  async #ask(
    deadlineMs: number,
  ): Promise<{ answer: Answer<ReplyOf<C>> | null; by: number | null }> {
    const { bus, supervisorPid, journal } = this.#ground;
    const { contract, body } = this.#options;
    const before = supervisorPid();
    const shown = [this.#entry.id, this.what, this.name];
    journal.write(...shown, 'within', deadlineMs, 'ms');
    const answer = await ask(bus, contract, body, deadlineMs);
    journal.write(...shown, answer ?? 'not answered');
    return { answer, by: before !== 0 && before === supervisorPid() ? before : null };
  }

  #find(text: string, about?: unknown): void {
    this.#ground.findings.add(`${this.what} ${this.#entry.id} of ${this.name} ${text}`, about);
  }
}

/** With a healthy machine nobody is answered so. */
const UNEXPECTED: ReadonlySet<string> = new Set([
  'INTERNAL',
  'REQUEST_INVALID',
  'REPLY_INVALID',
  'ID_REUSED',
  'PERMISSION_DENIED',
  'MESSAGE_TOO_LARGE',
  'DISK_FULL',
  'TENDER_NOT_FOUND',
  'TENDER_UNUSABLE',
  'TENDER_FAILED',
  'TENDER_STUCK',
  'DEVICE_ACCESS',
  'NETWORK_FAILED',
  'DEVICE_INVALID',
  'CPUS_INVALID',
  'MEMORY_INVALID',
  'ARGUMENTS_INVALID',
  'BLOB_DIGEST_MISMATCH',
]);

/** What is remembered of a reply was written before the life began: its state may differ, not its subject. */
function isAlike(a: Answer<unknown>, b: Answer<unknown>): boolean {
  return a.kind === 'done' && b.kind === 'done' && isDeepStrictEqual(lasting(a), lasting(b));
}

function lasting({ reply }: { readonly reply: unknown }): unknown {
  const { name, digest, memoryMib, arguments: words, changed } = reply as Record<string, unknown>;
  return { name, digest, memoryMib, words, changed };
}
