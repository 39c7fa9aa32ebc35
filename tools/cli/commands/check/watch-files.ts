/** Runs something again whenever one of its files changes, until Ctrl-C. */
import { statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { exitCode } from "../../console/exit-code.ts";
import { Reported } from "../../console/reported.ts";
import { onInterrupt } from "../train/interruption.ts";

/**
 * Milliseconds between two looks. Looking, instead of waiting for events, also works on network drives and in
 * containers, notices files that do not exist yet, and misses nothing that happens while a run is under way.
 */
const interval = 200;

export interface Watching {
  /** Calls `look` with each path before it reads there, whether or not a file is there. */
  readonly run: (look: (path: string) => void) => Promise<void>;
  readonly waiting: (paths: readonly string[]) => void;
  /** What changed, before a further run. */
  readonly changed: (paths: readonly string[]) => void;
}

/**
 * Never returns by itself.
 * @throws Reported with status 130 on Ctrl-C; whatever `run` throws.
 */
export async function watchFiles({ run, waiting, changed }: Watching): Promise<never> {
  const { signal, release } = onInterrupt(() => {});
  try {
    while (!signal.aborted) {
      const seen = new Map<string, string>();
      await run((path) => {
        if (!seen.has(path)) seen.set(path, stateOf(path));
      });
      waiting([...seen.keys()]);
      for (let paths: readonly string[] = []; paths.length === 0 && !signal.aborted; ) {
        await wait(interval, undefined, { signal }).catch(ignoreAbort);
        paths = [...seen].filter(([path, state]) => stateOf(path) !== state).map(([path]) => path);
        if (paths.length > 0 && !signal.aborted) changed(paths);
      }
    }
  } finally {
    release();
  }
  throw new Reported(exitCode.interrupted);
}

/** Differs whenever the file was written, replaced, made or removed. */
function stateOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? "missing" : `${status.ino} ${status.size} ${status.mtimeMs}`;
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}
