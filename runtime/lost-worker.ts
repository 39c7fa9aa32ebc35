/** The error for a worker thread that ended while it was needed. */
import { UserError } from "./user-error.ts";

/** @param what "a decode worker" @param cause its exit code, or the error that ended it; one that is not about memory is ours */
export function lostWorker(what: string, cause: unknown, Lost: typeof UserError = UserError): Error {
  if (cause instanceof Error && "code" in cause && cause.code === "ERR_WORKER_OUT_OF_MEMORY")
    return new Lost(`${what} ran out of memory`, "use smaller images, a crop, or a smaller batch");
  if (cause instanceof Error) return new Error(`${what} failed`, { cause });
  return new Lost(
    `${what} ended unexpectedly with exit code ${String(cause)}`,
    "check that the machine has memory left; if it happens again, please report it",
  );
}
