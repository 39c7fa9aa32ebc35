/** Layers that are frozen in some of the epochs. */
import { refuse } from "../../diagnostics/problem.ts";
import { defineAs } from "../definition/definition.ts";
import { count, counting, optionalCount, requiredText } from "../definition/parameters.ts";

export const layers = defineAs({
  name: "layers",
  summary: "The weights and running statistics whose names match stay as they are in these epochs.",
  source: "gradual unfreezing: Howard & Ruder 2018, section 3.3",
  parameters: {
    pattern: requiredText("encoder", "A block, a layer or a weight by its name; a star matches any text."),
    from: count(counting, "The first epoch in which they are frozen.", 1),
    until: optionalCount(counting, "The last one.", "the end of the run"),
  },
  configure: ({ pattern, from, until }) =>
    until !== undefined && until < from
      ? refuse(
          "training/wrong-value",
          { what: "until", wanted: `a whole number ≥ ${from}, the first frozen epoch`, found: `${until}` },
          "until",
        )
      : { name: pattern, from, until },
});
