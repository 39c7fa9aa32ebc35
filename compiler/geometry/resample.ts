/** Grid steps of resampling by a constant ratio. */
import { ceilDivide, floorDivide } from "../sizes/integers.ts";
import type { GridStep } from "./grid-step.ts";
import { add, floor, isWhole, multiply, type Rational, rational } from "./rational.ts";

/**
 * Half-pixel centres: output position o is centred at (o + 1/2)/ratio − 1/2 in positions of the input.
 * Bilinear takes the two positions around that point, or the one on it; nearest takes position ⌊o / ratio⌋.
 * @param ratio output positions per input position, positive.
 */
export function halfPixelStep(ratio: Rational, mode: "nearest" | "bilinear"): GridStep {
  const scale = rational(ratio.denominator, ratio.numerator);
  const shift = rational(ratio.denominator - ratio.numerator, 2 * ratio.numerator);
  const step = between(scale, shift);
  if (mode === "bilinear") return step;
  return {
    ...step,
    takes: (cell) => ({
      first: floorDivide(cell * ratio.denominator, ratio.numerator),
      count: 1,
      spacing: 1,
    }),
  };
}

/**
 * Means of as many bins as there are output positions: bin o from ⌊o / ratio⌋ up to ⌈(o + 1) / ratio⌉, centred where the bins would
 * be if they were all of one size.
 * @param ratio as of `halfPixelStep`
 */
export function areaStep(ratio: Rational): GridStep {
  const { numerator: outputs, denominator: inputs } = ratio;
  return {
    ...halfPixelStep(ratio, "nearest"),
    takes: (cell) => {
      const first = floorDivide(cell * inputs, outputs);
      return { first, count: ceilDivide((cell + 1) * inputs, outputs) - first, spacing: 1 };
    },
  };
}

/** Aligned corners: output position o is centred at o·scale, scale = (input positions − 1) / (output positions − 1). */
export function alignedCornersStep(scale: Rational): GridStep {
  return between(scale, rational(0));
}

/** Linear interpolation at the point scale·o + shift. */
function between(scale: Rational, shift: Rational): GridStep {
  return {
    scale,
    shift,
    outputPeriod: scale.denominator,
    inputPeriod: scale.numerator,
    takes: (cell) => {
      const point = add(multiply(rational(cell), scale), shift);
      return { first: floor(point), count: isWhole(point) ? 1 : 2, spacing: 1 };
    },
  };
}
