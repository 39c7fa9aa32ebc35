/** The angle between directions. */
import { define } from "../definition/definition.ts";
import { loss } from "./loss.ts";

export const cosine = loss(
  define({
    name: "cosine",
    summary: "One minus the cosine of the angle between predicted and true direction.",
    source: "Eigen & Fergus 2015, equation 2, up to sign and constant",
    parameters: {},
  }),
  {
    formula: "1 − p · t / |p|, for predicted vectors p and unit vectors t",
    compares: ["directions"],
    misfit: ({ activation }) =>
      activation === undefined
        ? undefined
        : {
            reason: `the output has the activation ${activation}`,
            help: "remove the activation of the output",
          },
  },
);
