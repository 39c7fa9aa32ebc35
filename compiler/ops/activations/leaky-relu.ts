/** Rectifier with a slope below zero (Maas, Hannun & Ng 2013). */
import { maximum, minimum, minus, plus, step, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const leakyRelu = activation({
  name: "leaky_relu",
  summary: "The value, or slope times it if it is negative.",
  label: "leaky ReLU",
  parameters: { slope: { summary: "The slope below zero.", default: 0.01, least: 0 } },
  value: ({ slope }) => plus(maximum(x, 0), times(slope, minimum(x, 0))),
  derivative: ({ slope }) => plus(step(x), times(slope, minus(1, step(x)))),
  moment: "halves",
});
