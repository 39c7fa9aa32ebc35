/** The same moves as operations of the registry: sizes and geometry by the product's own rules. */
import fc from "fast-check";
import { Refusal } from "../../compiler/diagnostics/problem.ts";
import type { AxisGeometry } from "../../compiler/geometry/axis-geometry.ts";
import { inputGeometry } from "../../compiler/geometry/grid.ts";
import type { Attributes, OperationName } from "../../compiler/ops/attributes.ts";
import type { Margins } from "../../compiler/ops/operation.ts";
import { operations } from "../../compiler/ops/registry.ts";
import { constantSize } from "../../compiler/sizes/make-size.ts";
import type { SizeFunction } from "../../compiler/sizes/size-function.ts";
import type { Move } from "./dependencies.ts";

export interface AxisMap {
  readonly size: SizeFunction;
  readonly geometry: AxisGeometry;
}

export function imageMap(size: SizeFunction): AxisMap {
  return { size, geometry: inputGeometry };
}

/** One operation along the height. */
export function apply<O extends OperationName>(
  operation: O,
  attributes: Attributes[O],
  ...inputs: readonly AxisMap[]
): AxisMap {
  const rule = operations[operation];
  const sizes = inputs.map((input) => input.size);
  const size = rule.size(attributes, sizes, 0);
  if (size instanceof Refusal) throw new Error(`refused: ${size.problem.code}`);
  const geometries = inputs.map((input) => input.geometry);
  return { size, geometry: rule.geometry(attributes, geometries, 0, sizes) };
}

const square = <T>(value: T) => [value, value] as const;
const weights = { channels: 1, groups: 1, bias: true, init: { kind: "he" }, frozen: false } as const;
const none: Margins = { before: 0, after: 0 };

export function convolve(map: AxisMap, kernel: number, stride = 1, padding = none, dilation = 1): AxisMap {
  const window = { kernel: square(kernel), stride: square(stride), padding: square(padding) };
  return apply("conv", { ...weights, ...window, dilation: square(dilation) }, map);
}

export function transpose(map: AxisMap, kernel: number, stride: number, padding = none): AxisMap {
  const window = { kernel: square(kernel), stride: square(stride), padding: square(padding) };
  return apply("transposed_conv", { ...weights, ...window }, map);
}

export function poolOf(
  kernel: number,
  stride: number,
  padding = none,
  ceil = false,
  dilation = 1,
): Attributes["maxpool"] {
  const window = { kernel: square(kernel), stride: square(stride), dilation: square(dilation) };
  return { ...window, padding: square(padding), ceil };
}

export function resized(map: AxisMap, mode: "nearest" | "bilinear", factor: number): AxisMap {
  return apply("resize", { mode, factor: square(factor), alignCorners: false }, map);
}

export function moved(map: AxisMap, move: Move): AxisMap {
  switch (move.kind) {
    case "window":
      return move.learned
        ? convolve(map, move.kernel, move.stride, move.padding, move.dilation)
        : apply("avgpool", poolOf(move.kernel, move.stride, move.padding, move.ceil, move.dilation), map);
    case "transposed":
      return transpose(map, move.kernel, move.stride, move.padding);
    case "crop":
      return apply("crop", { margins: square(move.margins) }, map);
    case "pad":
      return apply("pad", { margins: square(move.margins), mode: "zeros", value: 0 }, map);
    case "nearest":
    case "bilinear":
      return resized(map, move.kind, move.factor);
    case "bed_of_nails":
      return apply("bed_of_nails", { factor: square(move.factor) }, map);
    case "pixel_shuffle":
      return apply("pixel_shuffle", { factor: square(move.factor) }, map);
    case "pixel_unshuffle":
      return apply("pixel_unshuffle", { factor: square(move.window) }, map);
    case "residual": {
      const around = { before: move.dilation, after: move.dilation };
      return apply("add", {}, map, convolve(map, 3, 1, around, move.dilation));
    }
    case "two_ways":
      return apply("add", {}, transpose(map, 2, 2), resized(map, "bilinear", 2));
    case "unpool": {
      const padding = { before: move.before, after: move.before };
      const attributes = poolOf(move.kernel, move.stride, padding, false, move.dilation);
      const pool = apply("maxpool", attributes, map);
      if (!move.shifted) {
        return apply("unpool", attributes, convolve(pool, 3, 1, { before: 1, after: 1 }), pool, map);
      }
      const rest = apply("crop", { margins: square({ before: 1, after: 0 }) }, pool);
      const values = apply(
        "pad",
        { margins: square({ before: 0, after: 1 }), mode: "zeros", value: 0 },
        rest,
      );
      return apply("unpool", attributes, values, pool, map);
    }
  }
}

const margins = (most: number) => fc.record({ before: fc.nat(most), after: fc.nat(most) });

export const anyMove: fc.Arbitrary<Move> = fc.oneof(
  fc
    .record({
      kind: fc.constant("window" as const),
      kernel: fc.integer({ min: 3, max: 5 }),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 3 }),
      padding: margins(2),
      ceil: fc.boolean(),
      learned: fc.boolean(),
    })
    .map((move) => ({ ...move, ceil: move.ceil && !move.learned })),
  fc.record({
    kind: fc.constant("transposed" as const),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: margins(1),
  }),
  fc.record({ kind: fc.constant("crop" as const), margins: margins(3) }),
  fc.record({ kind: fc.constant("pad" as const), margins: margins(3) }),
  fc.record({
    kind: fc.constantFrom("nearest" as const, "bilinear" as const),
    factor: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constantFrom("bed_of_nails" as const, "pixel_shuffle" as const),
    factor: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant("pixel_unshuffle" as const), window: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ kind: fc.constant("residual" as const), dilation: fc.integer({ min: 1, max: 2 }) }),
  fc.constant({ kind: "two_ways" as const }),
  fc.record({
    kind: fc.constant("unpool" as const),
    kernel: fc.integer({ min: 2, max: 4 }),
    stride: fc.integer({ min: 1, max: 4 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    before: fc.nat(1),
    shifted: fc.boolean(),
  }),
);

export const someSize = (pixels: number): AxisMap => imageMap(constantSize(pixels));
