/** What a package says of itself. */
export interface Release {
  readonly version: string;
  /** As in `somebody <somebody@example.org>`. */
  readonly maintainer: string;
  /** Of everything in it, so that whoever makes it again has the same bytes. */
  readonly date: Date;
}
