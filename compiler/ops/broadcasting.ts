/** Which feature maps a join repeats over the positions of the others. */
import { constantCells } from "../sizes/constant-cells.ts";
import type { SizeFunction } from "../sizes/size-function.ts";

/**
 * By input, along one axis: whether it has a single position at every input size while another has more at some. A size that is 1
 * at some input sizes only is compared with the others as any size is.
 */
export function repeatedAlong(sizes: readonly SizeFunction[]): readonly boolean[] {
  const single = sizes.map((size) => constantCells(size) === 1);
  return single.every((one) => one) ? sizes.map(() => false) : single;
}
