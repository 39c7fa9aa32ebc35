/** The one value a size has, whatever the input's. */
import type { SizeFunction } from "./size-function.ts";

/** The extent, where it is the same at every input size at which the feature map exists; otherwise `undefined`. */
export function constantCells({ prefix, cycle, rise }: SizeFunction): number | undefined {
  const found = new Set([...prefix, ...cycle].filter((cells) => cells !== undefined));
  const [only] = found;
  // What exists in the prefix alone does not rise.
  const rises = rise !== 0 && cycle.some((cells) => cells !== undefined);
  return found.size === 1 && !rises ? only : undefined;
}
