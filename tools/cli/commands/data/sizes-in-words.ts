/** Which image sizes occur, and how often. */
import type { ImageSizes } from "../../../../runtime/data/data-set.ts";
import { counted } from "../../console/numbers.ts";

const mostListed = 4;

/** "64×64", "10 of 64×64, 2 of 32×32"; the most frequent first. */
export function sizesInWords(sizes: readonly ImageSizes[]): string {
  const [first] = sizes;
  if (first !== undefined && sizes.length === 1) return `${first[0]}×${first[1]}`;
  const shown = sizes.slice(0, mostListed).map(([height, width, count]) => `${count} of ${height}×${width}`);
  const others = sizes.length - shown.length;
  return [...shown, ...(others > 0 ? [counted(others, "other size")] : [])].join(", ");
}
