/** The hyperbolic tangent. */
import { minus, tanhOf, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const tanh = activation({
  name: "tanh",
  summary: "The hyperbolic tangent.",
  label: "tanh",
  parameters: {},
  value: () => tanhOf(x),
  derivative: () => minus(1, times(tanhOf(x), tanhOf(x))),
  moment: "ends",
});
