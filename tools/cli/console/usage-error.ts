/** The command line itself is wrong: exit status 2. */
import { UserError } from "../../../runtime/user-error.ts";

export class UsageError extends UserError {
  override readonly name = "UsageError";
}
