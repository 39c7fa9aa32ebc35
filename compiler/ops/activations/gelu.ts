/** Gaussian error linear unit, exact (Hendrycks & Gimpel 2016, section 2). */
import { erf, exp, plus, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

/** The standard normal distribution up to the value: (1 + erf(x / √2)) / 2. */
const distribution = times(0.5, plus(1, erf(times(x, Math.SQRT1_2))));
/** Its density: e^(−x² / 2) / √(2π). */
const density = times(1 / Math.sqrt(2 * Math.PI), exp(times(-0.5, times(x, x))));

export const gelu = activation({
  name: "gelu",
  summary:
    "The value times the standard normal distribution up to it (Hendrycks & Gimpel 2016), exact, not approximated by tanh.",
  label: "GELU",
  parameters: {},
  value: () => times(x, distribution),
  derivative: () => plus(distribution, times(x, density)),
  moment: "halves",
});
