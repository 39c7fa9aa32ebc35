/** Which pairs go into which batch. */

/**
 * Items in their order, cut into batches of equal kind: an item joins the open batch of its kind, a full batch is given
 * out at once, and the partial ones follow at the end in the order in which they were opened.
 * @param kindOf items of different kinds (sizes) never share a batch
 */
export function planBatches<T>(items: readonly T[], batch: number, kindOf: (item: T) => string): T[][] {
  const full: T[][] = [];
  const open = new Map<string, T[]>();
  for (const item of items) {
    const kind = kindOf(item);
    const group = open.get(kind) ?? [];
    group.push(item);
    if (group.length < batch) {
      open.set(kind, group);
    } else {
      full.push(group);
      open.delete(kind);
    }
  }
  return [...full, ...open.values()];
}
