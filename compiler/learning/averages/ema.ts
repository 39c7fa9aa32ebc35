/** The exponential moving average. */
import { define } from "../definition/definition.ts";
import { number, positional } from "../definition/parameters.ts";
import { withFormula } from "../definition/with-formula.ts";

export const ema = withFormula(
  define({
    name: "ema",
    summary: "The exponential moving average of the weights, whose decay rises to `decay`.",
    source: "Polyak & Juditsky 1992; the rise of d: TensorFlow's ExponentialMovingAverage",
    parameters: {
      decay: positional(
        number({ kind: "number", above: 0, below: 1 }, "The share of the average that is kept.", 0.999),
      ),
    },
  }),
  "a += (w − a)(1 − d), where d = min(decay, (1 + t) / (10 + t)) after t updates",
);

/** What of the difference to the weights the average takes over. @param updates made before this one */
export function shareOfUpdate({ decay }: { readonly decay: number }, updates: number): number {
  return 1 - Math.min(decay, (1 + updates) / (10 + updates));
}
