/** Which pairs go into which batch. */
import type { LastBatch } from "../../compiler/learning/configuration.ts";

/**
 * Splits items, in their order, into batches of equal kind: an item joins the open batch of its kind, a full batch is given
 * out at once, and the partial ones follow at the end in the order in which they were opened, as `lastBatch` says.
 * @param kindOf items of different kinds (sizes) never share a batch
 */
export function planBatches<T>(
  items: readonly T[],
  batch: number,
  kindOf: (item: T) => string,
  lastBatch: LastBatch,
): T[][] {
  const full: T[][] = [];
  const open = new Map<string, T[]>();
  const lastFull = new Map<string, T[]>();
  for (const item of items) {
    const kind = kindOf(item);
    const group = open.get(kind) ?? [];
    group.push(item);
    if (group.length < batch) {
      open.set(kind, group);
    } else {
      full.push(group);
      lastFull.set(kind, group);
      open.delete(kind);
    }
  }
  if (lastBatch === "drop") return full;
  const partial: T[][] = [];
  for (const [kind, group] of open) {
    const before = lastBatch === "join" && group.length === 1 ? lastFull.get(kind) : undefined;
    if (before === undefined) partial.push(group);
    else before.push(...group);
  }
  return [...full, ...partial];
}

/** The sizes of the batches that `planBatches` makes of so many items of one kind, each once. */
export function batchSizes(count: number, batch: number, lastBatch: LastBatch): readonly number[] {
  const items = Array.from({ length: count }, () => undefined);
  return [...new Set(planBatches(items, batch, () => "", lastBatch).map((group) => group.length))];
}
