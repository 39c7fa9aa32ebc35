/** The squared difference. */
import { define } from "../definition/definition.ts";
import { loss, numbers } from "./loss.ts";

export const l2 = loss(
  define({
    name: "l2",
    summary: "The mean squared difference over the known positions and channels.",
    parameters: {},
  }),
  { formula: "x²", compares: [...numbers, "heat"] },
);
