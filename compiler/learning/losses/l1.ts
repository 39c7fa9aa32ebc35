/** The absolute difference. */
import { define } from "../definition/definition.ts";
import { loss, numbers } from "./loss.ts";

export const l1 = loss(
  define({
    name: "l1",
    summary: "The mean absolute difference over the known positions and channels.",
    parameters: {},
  }),
  { formula: "|x|", compares: numbers },
);
