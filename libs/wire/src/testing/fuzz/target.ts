/** Something that takes bytes from others. */
export interface Target {
  readonly name: string;
  /** Inputs to begin with. */
  readonly seeds: readonly Uint8Array[];
  /** Returns what was read. Anything thrown but a `WireError` is a finding. */
  readonly read: (bytes: Uint8Array) => unknown;
  /** What else has to hold for what was read. */
  readonly check: (value: unknown, bytes: Uint8Array) => void;
}
