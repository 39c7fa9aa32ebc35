/** The absolute value, as of a difference of feature maps (Daudt, Le Saux & Boulch 2018, section 3). */
import { sign, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const abs = activation({
  name: "abs",
  summary: "The absolute value.",
  label: "abs",
  parameters: {},
  value: () => times(x, sign(x)),
  derivative: () => sign(x),
  moment: "passes",
});
