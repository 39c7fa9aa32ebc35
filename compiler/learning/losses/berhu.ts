/** The reverse of Huber's loss. */
import { define } from "../definition/definition.ts";
import { loss, numbers } from "./loss.ts";

export const berhu = loss(
  define({
    name: "berhu",
    summary: "The absolute difference up to c, a parabola beyond it; c is a fifth of the batch's largest.",
    source: "Laina et al. 2016, equations 1 and 2",
    parameters: {},
  }),
  { formula: "|x| where |x| ≤ c, else (x² + c²) / 2c", compares: numbers },
);
