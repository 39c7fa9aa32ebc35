/** Swish with β = 1, also called SiLU (Ramachandran, Zoph & Le 2017; Hendrycks & Gimpel 2016). */
import { minus, plus, sigmoidOf, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const swish = activation({
  name: "swish",
  summary: "The value times its sigmoid, also called SiLU (Ramachandran, Zoph & Le 2017).",
  label: "swish",
  parameters: {},
  value: () => times(x, sigmoidOf(x)),
  derivative: () => {
    const sigmoid = sigmoidOf(x);
    return times(sigmoid, plus(1, times(x, minus(1, sigmoid))));
  },
  moment: "halves",
});
