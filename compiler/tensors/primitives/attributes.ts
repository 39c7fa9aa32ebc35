/** The attributes of every primitive, by its name. Pairs are [y, x]. */
import type { PerAxis } from "../../axis.ts";
import type { SparseMatrix } from "../../geometry/sparse-matrix.ts";
import type { ElementType } from "../value.ts";

export interface WindowPlaces {
  readonly stride: PerAxis<number>;
  readonly dilation: PerAxis<number>;
  /** Positions of padding before the first and after the last. */
  readonly before: PerAxis<number>;
  readonly after: PerAxis<number>;
}

export type ConvolutionAttributes = WindowPlaces & { readonly groups: number };

export type WindowAttributes = WindowPlaces & { readonly kernel: PerAxis<number> };

interface None extends Record<never, never> {}

interface Axes {
  readonly axes: readonly number[];
}

interface Shape {
  readonly shape: readonly number[];
}

export interface PrimitiveAttributes {
  readonly constant: Shape & {
    readonly type: ElementType;
    /** One for each element, or a single one for all. */
    readonly values: readonly number[];
  };
  /** The operand itself, which passes no gradient on. */
  readonly stop_gradient: None;
  /** operands: x [N, C, H, W], filter [O, C / groups, kernel height, kernel width]. */
  readonly conv: ConvolutionAttributes;
  /** operands: gradient [N, O, h, w], filter; result: [N, C, …size], the transpose of `conv` by its first operand. */
  readonly conv_input_gradient: ConvolutionAttributes & { readonly size: PerAxis<number> };
  /** operands: x, gradient; result: [O, C / groups, …kernel]. */
  readonly conv_filter_gradient: ConvolutionAttributes & { readonly kernel: PerAxis<number> };
  /** operands: [… , m, k], [… , k, n], of equal leading axes. */
  readonly matmul: None;
  /**
   * The largest value of each window, and its place: flat in the whole operand, int32. The first in row order wins a tie. Padding
   * never wins.
   */
  readonly window_max: WindowAttributes;
  /** operands: x, places in it (flat); the result has the shape of the places. */
  readonly gather: None;
  /** operands: values, their places in the result (flat). Values of one place add; `distinct`: there are none. */
  readonly scatter: Shape & { readonly distinct: boolean };
  readonly axis_map: { readonly axis: number; readonly matrix: SparseMatrix };
  readonly slice: { readonly start: readonly number[]; readonly size: readonly number[] };
  /** Zeros before and after each axis. */
  readonly pad: { readonly before: readonly number[]; readonly after: readonly number[] };
  readonly concat: { readonly axis: number };
  readonly reshape: Shape;
  /** Axis i of the result is axis order[i] of the operand. */
  readonly transpose: { readonly order: readonly number[] };
  /** Repeated along axes of extent 1 and new first axes. */
  readonly broadcast: Shape;
  readonly negate: None;
  readonly exp: None;
  readonly log: None;
  readonly sqrt: None;
  readonly tanh: None;
  readonly sigmoid: None;
  readonly erf: None;
  readonly abs: None;
  readonly floor: None;
  readonly add: None;
  readonly subtract: None;
  readonly multiply: None;
  readonly divide: None;
  /** Where both are equal the slope is that from the left of the first: the second gets the gradient, max(x, 0) has slope 0 at 0. */
  readonly maximum: None;
  /** Where both are equal the first gets the gradient: min(x, 0) has slope 1 at 0, min(0, x) has slope 0. */
  readonly minimum: None;
  readonly power: None;
  /** 1 where the relation holds, else 0; int32. */
  readonly compare: { readonly relation: "equal" | "less" | "greater" };
  /** operands: condition (int32), value where it is not 0, value elsewhere. */
  readonly select: None;
  /** To int32: towards zero. */
  readonly convert: { readonly type: ElementType };
  /** Reductions keep their axes, with extent 1. */
  readonly sum: Axes;
  readonly mean: Axes;
  /** Its gradient is shared by equal values. */
  readonly max: Axes;
  /** Mean, and variance about it (divided by the number of values); not as the difference of two large sums. */
  readonly moments: Axes;
  /** The first place of the largest value along the axis; int32. */
  readonly argmax: { readonly axis: number };
  /** operand: int32 of extent 1 along the axis, where the result has `classes`; all zeros for any other number. */
  readonly one_hot: { readonly axis: number; readonly classes: number };
  /** In falling order along the axis, and where each value was: flat in the whole operand, int32. Equal values keep their order. */
  readonly sort: { readonly axis: number };
  /** Of each value and all before it; `reverse`: and all after it. */
  readonly cumulative_sum: { readonly axis: number; readonly reverse: boolean };
  /**
   * operands: x [N, C, H, W]; of every position, the numbers of the vertices around it and its shares in them,
   * [N, H · W, corners]; for every direction, the vertices before and after each, [N, directions, vertices, 2]. Vertex 0 is none.
   * The tables get no gradient. `reverse`: blurred along the last direction first, which is the transpose.
   */
  readonly lattice: { readonly gain: number; readonly reverse: boolean };
}

export type PrimitiveName = keyof PrimitiveAttributes;
