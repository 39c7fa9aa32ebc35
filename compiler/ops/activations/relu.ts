/** Rectified linear unit (Nair & Hinton 2010). */
import { maximum, step, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const relu = activation({
  name: "relu",
  summary: "The value, or zero if it is negative.",
  label: "ReLU",
  parameters: {},
  value: () => maximum(x, 0),
  derivative: () => step(x),
  moment: "halves",
});
