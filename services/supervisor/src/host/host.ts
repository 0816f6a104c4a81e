import type { NetDevice } from '@albatross/shared/domain/device';
import type { Exit } from '@albatross/shared/domain/exit';
import type { Life, LifeRecord } from '@albatross/shared/domain/life';
import type { Policy } from '@albatross/shared/domain/policy';
import type { NameForm, TenderTarget, UnikernelConfig } from '@albatross/shared/domain/unikernel';
import type { Target } from '@albatross/solo5';

/** What names one process for ever. */
export type TenderProcess = Pick<LifeRecord, 'pid' | 'startTicks' | 'bootId'>;

/** A tender that was found and answers. */
export interface Tender {
  readonly target: TenderTarget;
  readonly path: string;
}

/** A block device of a guest, and where its content is. */
export interface PlannedBlock {
  /** As in the image's manifest. */
  readonly name: string;
  /** A file in the folder for block devices, or a node elsewhere, as that of a ZFS volume. */
  readonly path: string;
  /** Null: the tender's own, 512. */
  readonly sectorBytes: number | null;
}

export interface StartPlan {
  readonly life: Life;
  readonly config: UnikernelConfig;
  readonly tender: Tender;
  readonly imagePath: string;
  /** One for each of the configuration's. */
  readonly blocks: readonly PlannedBlock[];
  /** How the guest is told its name, if it is. */
  readonly nameForm: NameForm;
  /** The user the tender runs as; null: as ourselves, without privileges to give up. */
  readonly uid: number | null;
  /** The tender is not started before; nor ever, should it reject. */
  readonly written?: Promise<void>;
}

/** One life as the folders and the process table show it at this moment. */
export interface ObservedLife {
  readonly life: Life;
  /** Null when the life was never completed or its record cannot be read. */
  readonly record: LifeRecord | null;
  readonly isTenderAlive: boolean;
  /** Alive only in that a thread of it was left behind. */
  readonly isTenderWedged: boolean;
  /** Not looked for while the tender lives. */
  readonly isKeeperAlive: boolean;
  /** Null while none was recorded, or only that it ended. */
  readonly exit: Exit | null;
  /** When it was recorded, milliseconds since 1970; null while it was not. */
  readonly exitAt: number | null;
}

/** The machine, as far as the supervisor acts on it. */
export interface Host {
  /** Finds the tender for an image and checks that its user could open what it needs. Throws a `Failure`. */
  findTender(target: Target, abiVersion: number): Promise<Tender>;
  /** All there is at this moment: the policy of the root. */
  machine(): Policy;
  /** Whether taps can be made on the bridges of these, and opened by tenders. Throws a `Failure`. */
  checkBridges(nets: readonly NetDevice[]): void;
  /** Users for tenders; null when we cannot change the user. */
  readonly tenderUids: { readonly first: number; readonly count: number } | null;
  /** Starts a tender under a keeper and completes its life. Leaves nothing behind when it fails. Throws a `Failure`. */
  startLife(plan: StartPlan): Promise<LifeRecord>;
  /** Everything there is in `lives` and `exits`. */
  observe(): Promise<readonly ObservedLife[]>;
  /** Whether the end of a life was recorded. */
  hasExit(life: Life): boolean;
  /** Does nothing when that process has ended. */
  signal(process: TenderProcess, signal: 'SIGTERM' | 'SIGKILL'): void;
  /**
   * Takes back the taps and block devices of a life whose tender is gone; its keeper may still wait. Does
   * nothing the second time. Throws a `Failure` when that cannot be done now.
   */
  freeDevices(life: Life): Promise<void>;
  /** Paths of the block devices that its tender may have open. */
  blocksOf(life: Life): Promise<readonly string[]>;
  /** Lets a keeper go that still waits for console. */
  releaseKeeper(life: Life): Promise<void>;
  /** Removes all traces of a life, devices included. */
  removeLife(life: Life): Promise<void>;
}
