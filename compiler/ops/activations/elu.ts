/** Exponential linear unit (Clevert, Unterthiner & Hochreiter 2016). */
import { exp, maximum, minimum, minus, plus, step, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const elu = activation({
  name: "elu",
  summary: "The value, or alpha·(e^value − 1) if it is negative (Clevert, Unterthiner & Hochreiter 2016).",
  label: "ELU",
  parameters: {
    alpha: { summary: "The negative of the limit for large negative values.", default: 1, least: 0 },
  },
  value: ({ alpha }) => plus(maximum(x, 0), times(alpha, minus(exp(minimum(x, 0)), 1))),
  derivative: ({ alpha }) => plus(step(x), times(times(alpha, minus(1, step(x))), exp(minimum(x, 0)))),
  moment: "halves",
});
