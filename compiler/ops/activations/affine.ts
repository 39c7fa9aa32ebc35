/** A constant factor and shift, as of residuals (Szegedy et al. 2017, section 3.3) and of inverted gates. */
import { number, plus, times, x } from "../formula.ts";
import { activation } from "./activation.ts";

export const affine = activation({
  name: "affine",
  summary: "The value times a constant factor, plus a constant shift; nothing is learned.",
  label: ({ factor, shift }) => {
    const product = factor === 1 ? "x" : factor === -1 ? "−x" : `${text(factor)} x`;
    return shift === 0 ? product : `${product} ${shift < 0 ? "−" : "+"} ${text(Math.abs(shift))}`;
  },
  parameters: {
    factor: { summary: "What each value is multiplied by.", default: 1 },
    shift: { summary: "What is added to the product.", default: 0 },
  },
  value: ({ factor, shift }) => {
    const product = factor === 1 ? x : times(x, factor);
    return shift === 0 ? product : plus(product, shift);
  },
  derivative: ({ factor }) => number(factor),
  moment: "passes",
});

function text(value: number): string {
  return String(Number(value.toPrecision(4))).replace("-", "−");
}
