/** Gradients are scaled down together where their norm is too large. */
import { define } from "../definition/definition.ts";
import { positive, requiredNumber } from "../definition/parameters.ts";
import { withFormula } from "../definition/with-formula.ts";

export const norm = withFormula(
  define({
    name: "norm",
    summary: "All gradients are multiplied by one factor so that their common norm is at most `most`.",
    source: "Pascanu, Mikolov & Bengio 2013, algorithm 1, with the 1e-6 of PyTorch",
    parameters: { most: requiredNumber(positive, "The largest L2 norm of all gradients together.") },
  }),
  "g min(1, most / (√ Σ g² + 1e-6)), where the sum is over all gradients",
);
