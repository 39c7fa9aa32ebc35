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
};
