/** Softplus, a smooth rectifier (Dugas et al. 2001; Glorot, Bordes & Bengio 2011). */
import { exp, log, maximum, minimum, negate, plus, sigmoidOf, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const softplus = activation({
  name: "softplus",
  summary: "A smooth rectifier: log(1 + e^value) (Dugas et al. 2001).",
  label: "softplus",
  parameters: {},
  // The exponent is −|x|, so that no large value overflows.
  value: () => plus(maximum(x, 0), log(plus(1, exp(minimum(x, negate(x)))))),
  derivative: () => sigmoidOf(x),
  moment: "halves",
});
