/** Ctrl-C: the first asks the work to end in order, the second ends the process at once. */
import { exitCode } from "./exit-code.ts";

export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives Ctrl-C its usual meaning back. */
  readonly release: () => void;
}

export function onInterrupt(first: () => void): Interruption {
  const controller = new AbortController();
  const handler = () => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort();
    first();
  };
  process.on("SIGINT", handler);
  process.on("SIGTERM", handler);
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", handler);
      process.off("SIGTERM", handler);
    },
  };
}
