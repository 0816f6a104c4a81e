import type { Caller } from '@albatross/shared/bus/serve';
import type {
  createBlock,
  dumpBlock,
  listBlocks,
  removeBlock,
  setBlock,
} from '@albatross/shared/contracts/block';
import type { EventDraft } from '@albatross/shared/contracts/event';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Done } from '@albatross/shared/contracts/fields';
import type { ReplyOf, RequestOf } from '@albatross/shared/contracts/request';
import type { BlockDevice } from '@albatross/shared/domain/device';
import { wireForm, type PathName, type UnikernelName } from '@albatross/shared/domain/name';
import type { LifeName } from '@albatross/shared/domain/life';
import type { BlockShare } from '@albatross/shared/domain/policy';
import type { Blobs, TakenBlob } from '../blobs/blobs.ts';
import { BlockChanges } from './block-changes.ts';
import { writeContent } from './block-content.ts';
import { BlockFiles, MEBIBYTE } from './block-files.ts';
import type { BlockStep } from '@albatross/shared/contracts/stored-blocks';
import { BlockIndex } from './block-index.ts';
import { BlockInventory } from './block-inventory.ts';
import { recoverBlocks, UNFINISHED } from './block-recovery.ts';
import { keysOf, keysOfPaths, nameIn } from './block-keys.ts';
import { BlockUses } from './block-uses.ts';
import { diskFailure } from '../disk.ts';
import { idOf, type EventSink } from '../events/event-sink.ts';
import { asked, isFresh, outcomeOf, type Asked, type Outcomes } from '../outcomes.ts';
import { isPath, requireZvol } from './zvol.ts';

interface Parts {
  readonly stateFolder: string;
  readonly blobs: Blobs;
  readonly now: () => number;
  readonly outcomes: Outcomes;
  readonly events: EventSink;
  /** Told of what nobody is answered. */
  readonly onDefect: (error: unknown) => void;
  /** Paths whose unikernels may use ZFS volumes. */
  readonly zvolPaths: readonly PathName[];
  /** Whether a device fits the policies. Throws a `Failure`. */
  readonly admit: (share: BlockShare, caller: string) => void;
  readonly files?: BlockFiles;
  readonly index?: BlockIndex;
}

/** All block devices, and what callers and unikernels may do with them. */
export class Blocks {
  readonly #parts: Parts;
  readonly #files: BlockFiles;
  readonly #index: BlockIndex;
  readonly #changes: BlockChanges;
  readonly #uses = new BlockUses();
  readonly #inventory = new BlockInventory();

  constructor(parts: Parts) {
    const { onDefect } = parts;
    this.#parts = parts;
    this.#files = parts.files ?? new BlockFiles(parts.stateFolder);
    this.#index = parts.index ?? new BlockIndex(this.#files.folder, parts.now);
    this.#changes = new BlockChanges({ files: this.#files, index: this.#index, onDefect });
  }

  async prepare(): Promise<void> {
    const { outcomes, events, onDefect, now } = this.#parts;
    const found = await recoverBlocks({ files: this.#files, index: this.#index, onDefect });
    for (const [name, device] of found) this.#inventory.put(name, device);
    for (const outcome of this.#index.content.outcomes) {
      if (!isFresh(outcome, now())) continue;
      outcomes.restore(outcome);
      const event = outcome.event as EventDraft | undefined;
      // Whoever carried it out may have died before telling of it.
      if (event?.id !== undefined && !events.has(event.id)) events.record(event);
    }
  }

  list(request: RequestOf<typeof listBlocks>): ReplyOf<typeof listBlocks> {
    return this.#inventory.list(request, (name) => this.userOf(name));
  }

  async create(caller: Caller, request: RequestOf<typeof createBlock>): Promise<Done> {
    const ask = asked(caller, 'block.create', request);
    return await this.#parts.outcomes.once(ask, async () => {
      const { name, sizeMib } = request;
      this.#inventory.expect(request, (share) => this.#parts.admit(share, caller.identity));
      try {
        await this.#refuseStray(name);
        const draft = await this.#files.makeDraft(name, sizeMib);
        await this.#carryOut({ kind: 'make', name, draft }, sizeMib, ask, {
          type: 'block-created',
          sizeMib,
          ...whose(ask, 'block-created', name),
        });
      } finally {
        this.#inventory.expectNoMore(name);
      }
      return {};
    });
  }

  async remove(caller: Caller, request: RequestOf<typeof removeBlock>): Promise<Done> {
    const ask = asked(caller, 'block.remove', request);
    return await this.#parts.outcomes.once(ask, async () => {
      const { name } = request;
      const { sizeMib } = this.#inventory.get(name);
      const letGo = this.#uses.change(name, 'removed');
      const step = { kind: 'remove', name } as const;
      const event = { type: 'block-removed', ...whose(ask, 'block-removed', name) } as const;
      try {
        await this.#carryOut(step, null, ask, event).catch(async (error: unknown) => {
          if (!(error instanceof Failure) || error.code !== 'DISK_FULL') throw error;
          // What is to go anyway makes the room for saying so.
          this.#inventory.put(name, { sizeMib, fault: 'its content was removed' });
          await this.#files.remove(name);
          await this.#carryOut(step, null, ask, event);
        });
      } finally {
        letGo();
      }
      return {};
    });
  }

  async set(caller: Caller, request: RequestOf<typeof setBlock>): Promise<Done> {
    const { outcomes, blobs } = this.#parts;
    const ask = asked(caller, 'block.set', request);
    return await outcomes.once(ask, async () => {
      const { name } = request;
      const { sizeMib } = this.#inventory.usable(name);
      const letGo = this.#uses.change(name, 'written');
      try {
        const blob = await blobs.take(caller.identity, name, request.blob);
        const draft = await this.#draftOf(request, sizeMib, blob);
        await this.#carryOut({ kind: 'replace', name, draft }, sizeMib, ask, {
          type: 'block-set',
          ...whose(ask, 'block-set', name),
        });
      } finally {
        letGo();
      }
      return {};
    });
  }

  /** The device is in use as long as its file is read. */
  async dump(
    caller: Caller,
    { name, compressionLevel }: RequestOf<typeof dumpBlock>,
  ): Promise<ReplyOf<typeof dumpBlock>> {
    const { blobs, events } = this.#parts;
    const { sizeMib } = this.#inventory.usable(name);
    const letGo = this.#uses.read(name);
    const file = await this.#files.open(name, sizeMib).catch((error: unknown) => {
      letGo();
      throw error;
    });
    const download = await blobs.offer(caller.identity, name, {
      file,
      sizeBytes: sizeMib * MEBIBYTE,
      purpose: 'block',
      compressionLevel,
      onEnd: letGo,
    });
    events.record({ type: 'block-dumped', name, actor: caller.actor, requestId: null });
    return download;
  }

  /** All there are and those that are being made. */
  shares(): readonly BlockShare[] {
    return this.#inventory.shares();
  }

  /** How many bytes an upload for a device may hold that may be set now. Throws a `Failure`. */
  contentBytes(name: UnikernelName): number {
    const { sizeMib } = this.#inventory.usable(name);
    this.#uses.requireFree(name);
    return sizeMib * MEBIBYTE;
  }

  /**
   * The owner has all of these for itself, beside those it has already, until it keeps others or releases
   * them. Throws a `Failure`, and then nothing has changed: `BLOCK_NOT_FOUND`, `BLOCK_IN_USE`, `ZVOL_DENIED`.
   */
  claim(owner: UnikernelName, devices: readonly BlockDevice[]): void {
    for (const { device } of devices) {
      if (isPath(device)) requireZvol(owner, device, this.#parts.zvolPaths);
      else this.#inventory.usable(nameIn(owner, device));
    }
    this.#uses.claim(owner, keysOf(owner, devices));
  }

  /**
   * The same for one that may be running already: whatever became of its devices meanwhile, it has them.
   * Returns why some of them could not be claimed.
   */
  reclaim(owner: UnikernelName, devices: readonly BlockDevice[]): readonly unknown[] {
    return devices.flatMap((device) => {
      try {
        this.#uses.claim(owner, keysOf(owner, [device]));
        this.claim(owner, [device]);
        return [];
      } catch (error) {
        return [error];
      }
    });
  }

  /** From now on it has exactly these, which it claimed. */
  keep(owner: UnikernelName, devices: readonly BlockDevice[]): void {
    this.#uses.keep(owner, keysOf(owner, devices));
  }

  release(owner: UnikernelName): void {
    this.#uses.release(owner);
  }

  /** A life that is no unikernel's has these files open, until it is let go. */
  hold(life: LifeName, paths: readonly string[]): void {
    this.#uses.hold(life, keysOfPaths(paths));
  }

  letGo(life: LifeName): void {
    this.#uses.letGo(life);
  }

  /** What is opened for a device of a unikernel. */
  file(owner: UnikernelName, device: string): string {
    return isPath(device) ? device : this.#files.path(nameIn(owner, device));
  }

  /** Null for a ZFS volume, and when there is no such device. */
  sizeMib(owner: UnikernelName, device: string): number | null {
    if (isPath(device)) return null;
    return this.#inventory.find(nameIn(owner, device))?.sizeMib ?? null;
  }

  userOf(name: UnikernelName): UnikernelName | null {
    const use = this.#uses.of(name);
    return use?.kind === 'unikernel' ? use.owner : null;
  }

  /** Somebody may have copied it here, and not know that it is only looked for at the start. */
  async #refuseStray(name: UnikernelName): Promise<void> {
    if (!(await this.#files.exists(wireForm(name)))) return;
    throw new Failure(
      'BLOCK_EXISTS',
      `there is a file ${this.#files.path(name)} that is no block device yet; it becomes one when the supervisor starts again`,
      { name },
    );
  }

  /** The upload is gone afterwards, whatever comes of it. */
  async #draftOf(
    { name, compressed }: RequestOf<typeof setBlock>,
    sizeMib: number,
    blob: TakenBlob,
  ): Promise<string> {
    try {
      return await this.#files.makeDraft(name, sizeMib, async (file) => {
        const target = { name, file, sizeBytes: sizeMib * MEBIBYTE };
        await writeContent(target, blob, compressed, this.#parts.blobs.room);
      });
    } finally {
      await blob.release();
    }
  }

  async #carryOut(
    step: BlockStep,
    sizeMib: number | null,
    ask: Asked,
    event: EventDraft,
  ): Promise<void> {
    const { events, now } = this.#parts;
    const { name } = step;
    const outcome = outcomeOf(ask, { at: now(), reply: {}, event: { ...event } });
    try {
      await this.#changes.carryOut(step, sizeMib, outcome);
    } catch (error) {
      const had = this.#inventory.find(name)?.sizeMib ?? this.#index.content.devices.get(name);
      if (had === undefined || !this.#changes.isOpen(step)) throw diskFailure(error);
      this.#inventory.put(name, { sizeMib: had, fault: UNFINISHED });
      throw unfinished(error, name);
    }
    this.#inventory.put(name, sizeMib === null ? null : { sizeMib, fault: null });
    events.record(event);
  }
}

/** Neither the change nor taking it back was possible. */
function unfinished(error: unknown, name: UnikernelName): unknown {
  if (!(diskFailure(error) instanceof Failure)) return error;
  const message = `there is no room left on the disk, and the block device ${name} cannot be used: ${UNFINISHED}`;
  return new Failure('DISK_FULL', message, { name });
}

function whose({ caller, actor, id }: Asked, what: string, name: UnikernelName) {
  return { id: idOf(what, `${caller} ${id}`), name, actor, requestId: id };
}
