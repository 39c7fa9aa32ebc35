/** Words for sizes that do not meet and grids that do not align. */
import type { Wording } from "./wording.ts";

export const sizes = {
  "sizes/empty": (facts: { readonly what: string }): Wording => ({
    message: `${facts.what} would have less than one cell at every input size`,
  }),
};
