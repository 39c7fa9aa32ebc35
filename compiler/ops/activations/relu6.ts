/** Rectifier that is limited at 6 (Krizhevsky 2010; Howard et al. 2017). */
import { maximum, minimum, minus, step, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const relu6 = activation({
  name: "relu6",
  summary: "The value, clipped to 0 … 6.",
  label: "ReLU6",
  parameters: {},
  value: () => minimum(maximum(x, 0), 6),
  derivative: () => times(step(x), step(minus(6, x))),
  rectifies: true,
});
