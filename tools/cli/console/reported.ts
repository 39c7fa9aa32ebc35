/** Ends a command with an exit status after everything was already said. */
export class Reported extends Error {
  override readonly name = "Reported";
  readonly exitCode: number;
  constructor(exitCode: number) {
    super("already reported");
    this.exitCode = exitCode;
  }
}
