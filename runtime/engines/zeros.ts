/** An array of zeros, where the machine has arrays as long as that. */
import { constants } from "node:buffer";
import { elementCount } from "../../compiler/tensors/value.ts";
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
  const length = elementCount(shape);
  try {
    return new make(length);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooLong(length, what);
  }
}

/**
 * Without making it: gigabytes of zeros, made and dropped, have the whole heap searched for garbage.
 * @throws UserError when no array could be so long, whatever memory there is.
 */
export function checkLength(shape: readonly number[], what: string): void {
  const length = elementCount(shape);
  if (length > constants.MAX_LENGTH) throw tooLong(length, what);
}

function tooLong(length: number, what: string): UserError {
  return new UserError(
    `${what} alone would be ${length.toLocaleString("en-US")} numbers, more than one array on this machine can hold`,
    "use a smaller size",
  );
}
