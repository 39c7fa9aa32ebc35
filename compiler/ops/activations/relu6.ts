/** Rectifier that is limited at 6 (Krizhevsky 2010; Howard et al. 2017). */
import { maximum, minimum, minus, step, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const relu6 = activation({
  name: "relu6",
  summary: "The value, clipped to 0 … 6.",
  label: "ReLU6",
  parameters: {},
  // in this order the slope at 6 is that of the constant
  value: () => minimum(6, maximum(x, 0)),
  derivative: () => times(step(x), step(minus(6, x))),
  moment: "halves",
});
