/** How many threads engines may compute with: `--threads`. */
import { availableParallelism } from "node:os";

let asked: number | undefined;

/** For the engines that this process starts from now on. */
export function setThreads(threads: number): void {
  asked = threads;
}

/** As many as the machine has cores for this process, unless told. */
export function engineThreads(): number {
  return asked ?? availableParallelism();
}
