/** Thrown for what a newer version of ours wrote, which may hold what is not known here. */
export class NewerFormat extends Error {
  override readonly name = 'NewerFormat';
  readonly version: number;
  readonly known: number;

  constructor(version: number, known: number) {
    super(`it is of version ${version}, which a newer albatross wrote; this one knows ${known}`);
    this.version = version;
    this.known = known;
  }
}

/** Everything we write begins with its version. Throws `NewerFormat`. */
export function refuseNewer(json: unknown, known: number): void {
  const version = typeof json === 'object' && json !== null && 'version' in json ? json.version : 0;
  if (typeof version === 'number' && version > known) throw new NewerFormat(version, known);
}
