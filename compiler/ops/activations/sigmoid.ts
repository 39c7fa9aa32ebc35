/** The logistic function. */
import { minus, sigmoidOf, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const sigmoid = activation({
  name: "sigmoid",
  summary: "1 / (1 + e^−value).",
  label: "sigmoid",
  parameters: {},
  value: () => sigmoidOf(x),
  derivative: () => times(sigmoidOf(x), minus(1, sigmoidOf(x))),
  moment: "ends",
  probabilities: true,
});
