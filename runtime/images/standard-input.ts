/** An image that a pipe gives: "-" stands for it where a path is asked for. */
import { buffer } from "node:stream/consumers";
import { UserError } from "../user-error.ts";

export const standardInput = "-";

let held: Promise<Uint8Array> | undefined;

/** All of it; read once. @throws UserError for a terminal, in which nobody types an image */
export function readStandardInput(): Promise<Uint8Array> {
  if (process.stdin.isTTY === true)
    return Promise.reject(
      new UserError(
        "- stands for standard input, which is a terminal",
        "give the name of a file, or: … - < image.png",
      ),
    );
  held ??= buffer(process.stdin);
  return held;
}
