import type { Exit } from '@albatross/shared/domain/exit';
import type { Life, LifeRecord } from '@albatross/shared/domain/life';
import type { Target } from '@albatross/solo5';
import type { TenderTarget, UnikernelConfig } from '@albatross/shared/domain/unikernel';

/** What names one process for ever. */
export type TenderProcess = Pick<LifeRecord, 'pid' | 'startTicks' | 'bootId'>;

/** A tender that was found and answers. */
export interface Tender {
  readonly target: TenderTarget;
  readonly path: string;
}

export interface StartPlan {
  readonly life: Life;
  readonly config: UnikernelConfig;
  readonly tender: Tender;
  readonly imagePath: string;
  /** The user the tender runs as; null: as ourselves, without privileges to give up. */
  readonly uid: number | null;
}

/** One life as the folders and the process table show it at this moment. */
export interface ObservedLife {
  readonly life: Life;
  /** Null when the life was never completed or its record cannot be read. */
  readonly record: LifeRecord | null;
  readonly isTenderAlive: boolean;
  /** Alive only in that a thread of it was left behind. */
  readonly isTenderWedged: boolean;
  readonly isKeeperAlive: boolean;
  /** Null while none was recorded. */
  readonly exit: Exit | null;
}

/** The machine, as far as the supervisor acts on it. */
export interface Host {
  /** Finds the tender for an image and checks that its user could open what it needs. Throws a `Failure`. */
  findTender(target: Target, abiVersion: number): Promise<Tender>;
  /** Memory of the machine: the policy of the root. */
  memoryMib(): number;
  /** Users for tenders; null when we cannot change the user. */
  readonly tenderUids: { readonly first: number; readonly count: number } | null;
  /** Starts a tender under a keeper and completes its life. Leaves nothing behind when it fails. Throws a `Failure`. */
  startLife(plan: StartPlan): Promise<LifeRecord>;
  /** Everything there is in `lives` and `exits`; lives that were being built when a supervisor died are completed or removed. */
  observe(): Promise<readonly ObservedLife[]>;
  /** Does nothing when that process has ended. */
  signal(process: TenderProcess, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Lets a keeper go that still waits for console. */
  releaseKeeper(life: Life): Promise<void>;
  removeLife(life: Life): Promise<void>;
}
