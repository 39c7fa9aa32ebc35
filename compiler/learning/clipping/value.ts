/** Single values of gradients are limited. */
import { define } from "../definition/definition.ts";
import { positive, requiredNumber } from "../definition/parameters.ts";
import { withFormula } from "../definition/with-formula.ts";

export const value = withFormula(
  define({
    name: "value",
    summary: "Each element of a gradient is limited to −`most` … `most`.",
    source: "Mikolov 2012, section 3.2.2",
    parameters: { most: requiredNumber(positive, "The largest absolute value.") },
  }),
  "min(most, max(−most, g))",
);
