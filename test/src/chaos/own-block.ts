import type { BlockEntry } from '@albatross/shared/contracts/block';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Answer } from './answers.ts';
import type { Findings } from './findings.ts';
import type { AnyStep } from './step.ts';

const MEBIBYTE = 2 ** 20;

interface Device {
  readonly sizeMib: number;
  /** What it begins with; zeros follow. */
  readonly content: Uint8Array;
}

/** A block device that one client alone changes. */
export class OwnBlock {
  readonly name: UnikernelName;
  readonly #findings: Findings;
  #device: Device | null = null;
  /** Asked for, and not answered yet. */
  pending: AnyStep | null = null;
  /** Somebody may be reading it still, on whose behalf nobody waits any more. */
  mayBeRead = false;

  constructor(name: UnikernelName, findings: Findings) {
    this.name = name;
    this.#findings = findings;
  }

  get sizeMib(): number | null {
    return this.#device?.sizeMib ?? null;
  }

  created(answer: Answer<object>, sizeMib: number): void {
    if (answer.kind === 'refused') {
      if (answer.code === 'BLOCK_EXISTS' && this.#device === null) this.#find('is said to exist');
      return;
    }
    if (this.#device !== null) this.#find('was created though it existed');
    this.#device = { sizeMib, content: new Uint8Array() };
  }

  removed(answer: Answer<object>, mayBeUsed: boolean): void {
    if (this.#isRefusal(answer, mayBeUsed)) return;
    this.#device = null;
  }

  set(answer: Answer<object>, content: Uint8Array, mayBeUsed: boolean): void {
    if (this.#isRefusal(answer, mayBeUsed) || this.#device === null) return;
    this.#device = { ...this.#device, content };
  }

  /** Nothing but what was set, and zeros. */
  dumped(content: Uint8Array): void {
    if (this.#device === null) return this.#find('was dumped though it does not exist');
    const expected = Buffer.alloc(this.#device.sizeMib * MEBIBYTE);
    expected.set(this.#device.content);
    if (!expected.equals(content)) this.#find('has another content than was set');
  }

  /** The entry of a listing, or its absence. */
  listed(entry: BlockEntry | undefined): void {
    const sizeMib = entry?.sizeMib ?? null;
    if (sizeMib !== this.sizeMib)
      this.#find(`has ${sizeMib} MiB in the list, not ${this.sizeMib}`, entry);
    if ((entry?.fault ?? null) !== null) this.#find('cannot be used', entry);
  }

  /** For a unikernel that was to have it. */
  refused(code: string, mayBeUsed: boolean): void {
    if (code === 'BLOCK_NOT_FOUND' && this.#device !== null)
      this.#find('was not found for a unikernel');
    if (code === 'BLOCK_IN_USE' && !mayBeUsed && !this.mayBeRead)
      this.#find('is in use, and nobody has it');
  }

  #isRefusal(answer: Answer<object>, mayBeUsed: boolean): boolean {
    if (answer.kind === 'refused') {
      this.refused(answer.code, mayBeUsed);
      return true;
    }
    if (this.#device === null) this.#find('was changed though it does not exist');
    return false;
  }

  #find(text: string, about?: unknown): void {
    this.#findings.add(`the block device ${this.name} ${text}`, about);
  }
}
