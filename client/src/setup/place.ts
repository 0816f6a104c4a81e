/** A file or folder that should be there. */
export type Place = Folder | PlainFile;

export interface Folder extends Ownership {
  readonly kind: 'folder';
}

export interface PlainFile extends Ownership {
  readonly kind: 'file';
  /** Null is not made here, but has its owner and mode where it is. */
  readonly text: string | null;
  /** Stays as it is where it is there already. */
  readonly isKept: boolean;
}

export interface Ownership {
  /** Absolute. */
  readonly path: string;
  readonly user: string;
  readonly group: string;
  readonly mode: number;
}
