/** The one value a size has, whatever the input's. */
import type { SizeFunction } from "./size-function.ts";

/** The extent, where it is the same at every input size at which the feature map exists; otherwise `undefined`. */
export function constantCells({ prefix, cycle, rise }: SizeFunction): number | undefined {
  // What exists in the prefix alone does not rise.
  if (rise !== 0 && cycle.some((cells) => cells !== undefined)) return undefined;
  const found = new Set([...prefix, ...cycle].filter((cells) => cells !== undefined));
  const [only] = found;
  return found.size === 1 ? only : undefined;
}
