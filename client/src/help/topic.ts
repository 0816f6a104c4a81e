/** A page of help about what no single command explains. */
export interface Topic {
  /** As in `albatross help NAME`. */
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** At most 100 columns; a line that is indented stays as it is. */
  readonly text: string;
}
