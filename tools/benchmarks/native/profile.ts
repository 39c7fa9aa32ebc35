/** What the kernels of ONNX Runtime take in the sessions of a program, by their kind, from its own profiles. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One event of a profile. */
interface Event {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

interface KernelTime {
  readonly kind: string;
  readonly microseconds: number;
  readonly calls: number;
}

/**
 * A table of the session in which most time is spent: that of the gradients.
 * @param run runs the program with profiles whose names begin with the prefix
 * @param steps how often the program runs that session
 */
export async function kernelTimes(run: (prefix: string) => Promise<unknown>, steps: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fcn-profile-"));
  try {
    await run(join(folder, "session"));
    const sessions: (readonly KernelTime[])[] = [];
    for (const name of await readdir(folder)) {
      // one that is still written when the process ends is not closed
      const text = (await readFile(join(folder, name), "utf8")).trim().replace(/,?\s*\]?$/, "]");
      sessions.push(byKind(JSON.parse(text) as readonly Event[])); // ONNX Runtime's format
    }
    const [longest = []] = sessions.toSorted((a, b) => total(b) - total(a));
    const all = total(longest);
    const rows = longest.map(
      ({ kind, microseconds, calls }) =>
        `| ${kind} | ${(microseconds / steps / 1000).toFixed(1)} | ${((100 * microseconds) / all).toFixed(1)} % | ${Math.round(calls / steps)} |`,
    );
    return [
      "| kernel | ms a step | share | calls a step |",
      "| - | -: | -: | -: |",
      `| all | ${(all / steps / 1000).toFixed(1)} | 100 % | |`,
      ...rows,
    ].join("\n");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function byKind(events: readonly Event[]): readonly KernelTime[] {
  const times = new Map<string, { microseconds: number; calls: number }>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time")) continue;
    const kind = args?.op_name ?? "?";
    const { microseconds, calls } = times.get(kind) ?? { microseconds: 0, calls: 0 };
    times.set(kind, { microseconds: microseconds + dur, calls: calls + 1 });
  }
  return [...times]
    .map(([kind, time]) => ({ kind, ...time }))
    .toSorted((a, b) => b.microseconds - a.microseconds);
}

function total(times: readonly KernelTime[]): number {
  return times.reduce((sum, { microseconds }) => sum + microseconds, 0);
}
