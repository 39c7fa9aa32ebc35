/** The sigmoid in three straight lines, with the slope of MobileNetV3 (Howard et al. 2019, section 5.2). */
import { maximum, minimum, minus, over, plus, step, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const hardSigmoid = activation({
  name: "hard_sigmoid",
  summary: "A sigmoid in three straight lines: (value + 3) / 6, clipped to 0 … 1 (Howard et al. 2019).",
  label: "hard sigmoid",
  parameters: {},
  // in this order the slope at 3 is that of the constant
  value: () => over(minimum(6, maximum(plus(x, 3), 0)), 6),
  derivative: () => over(times(step(plus(x, 3)), step(minus(3, x))), 6),
  moment: "ends",
});
