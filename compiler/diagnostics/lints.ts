/** Words for what is sound and yet probably not meant: each with its reason, its source and the way out. */
import type { Wording } from "./wording.ts";

export const lints = {
  "lints/checkerboard": (facts: {
    /** Cells, in the axis that is uneven. */
    readonly kernel: number;
    readonly stride: number;
  }): Wording => {
    const fewest = Math.floor(facts.kernel / facts.stride);
    const next = (fewest + 1) * facts.stride;
    return {
      severity: "warning",
      message: `a kernel of ${facts.kernel} and a stride of ${facts.stride} give a checkerboard: cells of the result gather ${fewest} or ${fewest + 1} taps by turns`,
      help: `take a kernel that the stride divides (${fewest > 0 ? `${fewest * facts.stride} or ${next}` : next}), or upsample and convolve (Odena, Dumoulin & Olah 2016)`,
    };
  },
  "lints/dense-fixes-size": (facts: {
    readonly channels: number;
    /** Height and width of the map it reads. */
    readonly cells: readonly [number, number];
    /** Height and width of the input, pixels. */
    readonly image: readonly [number, number];
  }): Wording => {
    const [cells, image] = [facts.cells.join("x"), facts.image.join("x")];
    return {
      severity: "information",
      message: `dense(${facts.channels}) has a weight for each of the ${cells} cells of its map, so the network takes images of ${image} and no other size`,
      help:
        `conv(${facts.channels}, ${cells}, padding = valid), and conv(…, 1x1) for the dense layers after it, have the same weights ` +
        "and slide over larger images: the input can have any height and width then (Long, Shelhamer & Darrell 2015, section 3.1)",
    };
  },
};
