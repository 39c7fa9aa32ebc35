/** Inputs of proportional sizes show one scene; here each is measured in pixels of the finest of them. */
import type { Grid } from "./axis-map.ts";
import { type Fraction, fraction, plus, times } from "./fraction.ts";
import type { Dimension, Program } from "./program.ts";

/** Of the input of most pixels along an axis. */
export function finestSize({ inputs }: Pick<Program, "inputs">, axis: 0 | 1): Dimension {
  return inputs
    .map(({ size }) => size[axis])
    .reduce((most, each) => (amount(each) > amount(most) ? each : most));
}

/** Pixels of the finest input that a pixel of one of this size covers. `undefined`: it is the first of its kind, of scale 1. */
export function pixelOf(size: Omit<Dimension, "symbol"> | undefined, finest: Dimension): Fraction {
  if (size === undefined) return fraction(finest.symbol === undefined ? 1 : finest.scale);
  return finest.symbol === undefined
    ? fraction(finest.shift, size.shift)
    : fraction(finest.scale, size.scale);
}

/** By input, the pixels of the finest that one of its pixels covers along an axis. */
export function pixelsOfFinest({ inputs }: Pick<Program, "inputs">, axis: 0 | 1): readonly Fraction[] {
  const sizes = inputs.map(({ size }) => size[axis]);
  const finest = finestSize({ inputs }, axis);
  if (!sizes.every((each) => inProportion(each, finest)))
    throw new Error("the generator gives inputs in one proportion");
  return sizes.map((each) => fraction(amount(finest), amount(each)));
}

/** What a size grows by, or a constant one is. */
function amount({ symbol, scale, shift }: Dimension): number {
  return symbol === undefined ? shift : scale;
}

function inProportion(one: Dimension, other: Dimension): boolean {
  if (one.symbol !== other.symbol) return false;
  return one.symbol === undefined || one.scale * other.shift === other.scale * one.shift;
}

/** The first and last pixel of the finest input that one pixel covers, or touches where the ratio is not whole. */
export function pixelsCovered(
  { over, under }: Fraction,
  pixel: bigint,
): { readonly low: bigint; readonly high: bigint } {
  return { low: floored(pixel * over, under), high: -floored(-(pixel + 1n) * over, under) - 1n };
}

/** A field of pixels of one input in those of the finest. */
export function fieldOfFinest(
  field: { readonly low: number; readonly high: number },
  ratio: Fraction,
): { readonly low: number; readonly high: number } {
  if (ratio.over === ratio.under) return field;
  return {
    low: Number(pixelsCovered(ratio, BigInt(field.low)).low),
    high: Number(pixelsCovered(ratio, BigInt(field.high)).high),
  };
}

/** A grid in pixels of one input in those of the finest. */
export function gridOfFinest({ stride, offset }: Grid, ratio: Fraction): Grid {
  const middle = times(plus(ratio, fraction(-1)), fraction(1, 2));
  return { stride: times(stride, ratio), offset: plus(times(offset, ratio), middle) };
}

function floored(over: bigint, under: bigint): bigint {
  const whole = over / under;
  return over < 0n && whole * under !== over ? whole - 1n : whole;
}
