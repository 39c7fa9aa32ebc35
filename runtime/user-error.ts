/** A mistake that the user can fix: `message` names the file or setting and what is wrong, `help` how to fix it. It is shown without a stack trace. */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly help: string | undefined;
  constructor(message: string, help?: string) {
    super(message);
    this.help = help;
  }
}
