/** Swish with the sigmoid in three straight lines (Howard et al. 2019, section 5.2). */
import { maximum, minimum, minus, over, plus, step, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const hardSwish = activation({
  name: "hard_swish",
  summary: "The value times its hard sigmoid: value · min(max(value + 3, 0), 6) / 6 (Howard et al. 2019).",
  label: "hard swish",
  parameters: {},
  value: () => over(times(x, minimum(maximum(plus(x, 3), 0), 6)), 6),
  // 0 below −3, 1 above 3, and x / 3 + 1 / 2 between.
  derivative: () => {
    const above = step(minus(x, 3));
    return plus(above, times(minus(step(plus(x, 3)), above), plus(over(x, 3), 0.5)));
  },
  moment: "halves",
});
