import { eventually } from '@albatross/shared/bus/testing/asserts';
import { createBlock } from '@albatross/shared/contracts/block';
import { createUnikernel, destroyUnikernel } from '@albatross/shared/contracts/unikernel';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { livesFolder } from '@albatross/shared/runtime/folders';
import type { Administrator, Configuration } from '../../../harness/administrator.ts';
import { withOpenTun } from '../../../harness/open-tun.ts';
import { RunningSystem } from '../../../harness/running-system.ts';
import type { Tenders } from '../../../harness/tender-path.ts';
import { processStat } from '../../../harness/traces.ts';
import { FirstLines } from './first-lines.ts';

/** The least that `examples/hello` fits into. */
export const MEMORY_MIB = 2;
export const WORDS = ['hang'];
const GREETING = 'hello from spt';

/** A system with somebody who creates and destroys over the bus, and follows what is printed. */
export class Trial implements AsyncDisposable {
  readonly #system: RunningSystem;
  readonly #administrator: Administrator;
  readonly #lines: FirstLines;
  #names = 0;

  private constructor(system: RunningSystem, administrator: Administrator, lines: FirstLines) {
    this.#system = system;
    this.#administrator = administrator;
    this.#lines = lines;
  }

  static async start(tenders: Tenders): Promise<Trial> {
    const system = await RunningSystem.start({ tenders, inside: withOpenTun() });
    try {
      const lines = await FirstLines.follow(system.folders);
      return new Trial(system, await system.administrator(), lines);
    } catch (error) {
      await system[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Never used twice, so that its first line is its first. */
  name(): string {
    this.#names += 1;
    return `bench:n${this.#names}`;
  }

  async upload(name: string, image: string): Promise<string> {
    return await this.#administrator.upload(name, image);
  }

  async createBlock(name: string, sizeMib: number): Promise<void> {
    await this.#administrator.bus.request(createBlock, { id: randomUUID(), name, sizeMib });
  }

  /** From the request on. */
  async create(name: string, blob: string, devices: Configuration = {}): Promise<Created> {
    const request = { id: randomUUID(), name, blob, memoryMib: MEMORY_MIB, arguments: WORDS };
    const from = performance.now();
    const { pid } = await this.#administrator.bus.request(createUnikernel, {
      ...request,
      ...devices,
    });
    const answered = performance.now();
    const { at, text } = await this.#lines.of(name);
    assert.ok(pid !== null, `${name} does not run`);
    assert.equal(text, GREETING);
    return { name, pid, from, answered, printed: at };
  }

  /** Milliseconds until it was answered; then it is gone. */
  async destroy({ name, pid }: Created): Promise<number> {
    const from = performance.now();
    await this.#administrator.bus.request(destroyUnikernel, { id: randomUUID(), name });
    const ms = performance.now() - from;
    assert.equal(processStat(pid), null, `${name} still runs`);
    return ms;
  }

  /** Resolves when the last traces of lives are gone, which takes a little longer than the answer. */
  async untilClear(): Promise<void> {
    const lives = livesFolder(this.#system.folders);
    await eventually('no life is left', () => readdirSync(lives).length === 0, 30_000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lines[Symbol.asyncDispose]();
    await this.#system[Symbol.asyncDispose]();
  }
}

/** Times as `performance.now()` tells them. */
export interface Created {
  readonly name: string;
  readonly pid: number;
  readonly from: number;
  readonly answered: number;
  /** When its first line had come over the bus. */
  readonly printed: number;
}
