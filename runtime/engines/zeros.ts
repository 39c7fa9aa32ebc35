/** An array of zeros, where the machine has arrays as long as that. */
import { UserError } from "../user-error.ts";

/**
 * @param make the array's constructor
 * @param what it holds, for the message
 * @throws UserError when no array could be so long.
 */
export function zeros<Numbers>(
  make: new (length: number) => Numbers,
  shape: readonly number[],
  what: string,
): Numbers {
  const length = shape.reduce((product, extent) => product * extent, 1);
  try {
    return new make(length);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(
      `${what} alone would be ${length.toLocaleString("en-US")} numbers, more than one array on this machine can hold`,
      "use a smaller size",
    );
  }
}
