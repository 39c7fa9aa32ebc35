/** Ctrl-C, an end asked for by the system, a terminal that closes: the work ends in order. A second Ctrl-C ends the process at once. */
import { exitCode } from "../../console/exit-code.ts";

export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals their usual meaning back. */
  readonly release: () => void;
}

// A terminal that closes sends SIGHUP, and its shell often another one: only a person means a second signal.
const asking = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function onInterrupt(first: () => void): Interruption {
  const controller = new AbortController();
  const handler = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (name === "SIGINT") process.exit(exitCode.interrupted);
      return;
    }
    controller.abort();
    first();
  };
  for (const name of asking) process.on(name, handler);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of asking) process.off(name, handler);
    },
  };
}
