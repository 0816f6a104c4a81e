import type { Sample } from '@albatross/shared/contracts/stats';
import { lifeName, type LifeRecord } from '@albatross/shared/domain/life';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kernel } from '../kernel/kernel.ts';
import type { ProcessIdentity } from '../kernel/process-reader.ts';
import { Stats } from '../stats.ts';
import { FakeKernel } from './fake-kernel.ts';
import { Told } from './told.ts';

/** Stats without a bus, on a fake kernel or the real one, and what they told. */
export class StatsUnderTest implements AsyncDisposable {
  readonly fake: FakeKernel;
  readonly told = new Told();
  readonly published: Sample[] = [];
  isBusUp = true;
  readonly #kernel: Kernel;
  #stats: Stats | null = null;

  private constructor(fake: FakeKernel, kernel: Kernel) {
    this.fake = fake;
    this.#kernel = { ...kernel, clockMs: () => fake.nowMs };
    mkdirSync(this.lives);
  }

  /** `kernel`: when not the fake one. */
  static async open(kernel?: Kernel): Promise<StatsUnderTest> {
    const fake = await FakeKernel.make();
    const self = new StatsUnderTest(fake, kernel ?? fake.kernel);
    await self.restart();
    return self;
  }

  get stats(): Stats {
    return this.#stats ?? assert.fail('it was not opened');
  }

  get lives(): string {
    return this.fake.path('lives');
  }

  get registrations(): string {
    return this.fake.path('processes');
  }

  /** Another one, that knows what the first left behind. */
  async restart(): Promise<void> {
    this.#stats?.[Symbol.dispose]();
    this.#stats = await Stats.open(
      { kernel: this.#kernel, lives: this.lives, registrations: this.registrations },
      {
        publish: (sample) => {
          if (this.isBusUp) this.published.push(sample);
          return this.isBusUp;
        },
        log: this.told.log,
      },
    );
  }

  /** Writes a life, as the supervisor does; nobody has seen it yet. */
  begin(
    name: string,
    number: number,
    identity: ProcessIdentity,
    taps: readonly string[] = [],
  ): string {
    const record: LifeRecord = {
      ...identity,
      uid: 0,
      startedAt: 0,
      taps: taps.map((tap, index) => ({ device: `net${index}`, bridge: 'b', tap, mac: '' })),
    };
    const life = lifeName({ unikernel: parseUnikernelName(name), number });
    mkdirSync(join(this.lives, life));
    writeFileSync(join(this.lives, life, 'life'), JSON.stringify(record));
    return life;
  }

  /** A life whose process is one of the fake kernel's. */
  beginFake(name: string, number: number, pid: number, taps: readonly string[] = []): string {
    for (const tap of taps) this.fake.setTap(tap);
    return this.begin(name, number, this.fake.setProcess(pid), taps);
  }

  async reconcile(): Promise<void> {
    await this.stats.reconcile(readdirSync(this.lives));
  }

  /** Ten seconds after everything before. What it published. */
  async sweep(): Promise<readonly Sample[]> {
    const before = this.published.length;
    this.fake.nowMs += 10_000;
    await this.stats.sweep();
    return this.published.slice(before);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stats?.[Symbol.dispose]();
    await this.fake[Symbol.asyncDispose]();
  }
}
