/** A mistake a person can mend: `message` names the file or setting and what is wrong, `help` the way out. Shown without a stack. */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly help: string | undefined;
  constructor(message: string, help?: string) {
    super(message);
    this.help = help;
  }
}
