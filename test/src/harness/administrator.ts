import { upload } from '@albatross/shared/bus/blobs';
import { Bus } from '@albatross/shared/bus/bus';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import { consoleHistory, type ConsoleEntry } from '@albatross/shared/contracts/console';
import { listEvents, type EventRecord } from '@albatross/shared/contracts/event';
import { Failure } from '@albatross/shared/contracts/failures';
import type { BodyOf, ReplyOf } from '@albatross/shared/contracts/request';
import {
  createUnikernel,
  destroyUnikernel,
  showUnikernel,
  type UnikernelDetails,
} from '@albatross/shared/contracts/unikernel';
import { listUnikernels, type UnikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import { parseUnikernelName, ROOT, type UnikernelName } from '@albatross/shared/domain/name';
import type { UnikernelState } from '@albatross/shared/domain/unikernel';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import type { Folders } from '@albatross/shared/runtime/folders';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const CONNECT_DEADLINE_MS = 10_000;
/** How long one question may take while processes are being killed: a request may die with whoever got it. */
const PATIENCE_MS = 1_000;

/** All of a unikernel but its name and image. */
export type Configuration = Omit<BodyOf<typeof createUnikernel>, 'id' | 'name' | 'blob'>;

/** What the client does, over one connection: for what tests do often, or to many unikernels. */
export class Administrator implements AsyncDisposable {
  readonly bus: Bus;

  private constructor(bus: Bus) {
    this.bus = bus;
  }

  /** `url`: where the bus is from here, if that is another place than the system itself says. */
  static async connect(folders: Folders, url?: string): Promise<Administrator> {
    const onDefect = (error: unknown, where: string): void => {
      throw new Error(`defect in ${where}`, { cause: error });
    };
    const access = await readBusAccess(folders, 'admin');
    const options = { connectDeadlineMs: CONNECT_DEADLINE_MS, onDefect };
    const there = url === undefined ? access : { ...access, url };
    return new Administrator(await Bus.connect({ ...there, identity: 'admin', ...options }));
  }

  async create(name: string, image: string, ...args: readonly string[]): Promise<UnikernelDetails> {
    return await this.createWith(name, image, { arguments: [...args] });
  }

  async createWith(
    name: string,
    image: string,
    configuration: Configuration,
  ): Promise<UnikernelDetails> {
    const blob = await this.upload(name, image);
    const request = { id: randomUUID(), name, blob, ...configuration };
    return await this.bus.request(createUnikernel, request);
  }

  async upload(name: string, image: string): Promise<string> {
    return await upload(this.bus, parseUnikernelName(name), await readFile(image));
  }

  async destroy(name: string): Promise<void> {
    await this.bus.request(destroyUnikernel, { id: randomUUID(), name });
  }

  async destroyAll(): Promise<void> {
    const all = await this.list();
    await Promise.all(all.map(async ({ name }) => await this.destroy(name)));
  }

  async show(name: string): Promise<UnikernelDetails> {
    return await this.bus.request(showUnikernel, { name });
  }

  async list(): Promise<readonly UnikernelSummary[]> {
    const found: UnikernelSummary[] = [];
    let after: UnikernelName | undefined;
    do {
      const page: ReplyOf<typeof listUnikernels> = await this.bus.request(listUnikernels, {
        name: ROOT,
        ...(after === undefined ? {} : { after }),
      });
      found.push(...page.unikernels);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return found;
  }

  async untilExited(name: string): Promise<UnikernelDetails> {
    return await this.until(name, 'exited');
  }

  async until(name: string, state: UnikernelState, deadlineMs?: number): Promise<UnikernelDetails> {
    let seen: UnikernelDetails | undefined;
    const isSo = async (): Promise<boolean> => {
      seen = await this.show(name);
      return seen.state === state;
    };
    await eventually(`${name} is ${state}`, isSo, deadlineMs);
    return seen as UnikernelDetails;
  }

  /** All that are kept of a unikernel, or of what is at and below a path. */
  async events(name: string = ROOT): Promise<readonly EventRecord[]> {
    const events: EventRecord[] = [];
    for (let more = true; more;) {
      const from = { kind: 'after' as const, seq: events.at(-1)?.seq ?? 0 };
      const page = await this.bus.request(listEvents, { name, from });
      events.push(...page.events);
      ({ more } = page);
    }
    return events;
  }

  /** All entries behind that number that are kept; none when nothing was ever printed. */
  async console(name: string, after = 0): Promise<readonly ConsoleEntry[]> {
    const entries: ConsoleEntry[] = [];
    try {
      for (let more = true; more;) {
        const from = { kind: 'after' as const, seq: entries.at(-1)?.seq ?? after };
        const page = await this.bus.request(consoleHistory, { name, from });
        entries.push(...page.entries);
        ({ more } = page);
      }
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'CONSOLE_NOT_FOUND') throw error;
    }
    return entries;
  }

  /** Resolves when supervisor and console answer, and so the bus. */
  async untilServed(deadlineMs: number): Promise<void> {
    const patience = { deadlineMs: PATIENCE_MS };
    const from = { kind: 'count' as const, count: 0 };
    const isServed = async (): Promise<boolean> => {
      try {
        await this.bus.request(listUnikernels, { name: ROOT }, patience);
        await this.bus.request(consoleHistory, { name: 'nobody', from }, patience);
        return true;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return error.code === 'CONSOLE_NOT_FOUND';
      }
    };
    await eventually('supervisor and console answer', isServed, deadlineMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bus[Symbol.asyncDispose]();
  }
}
