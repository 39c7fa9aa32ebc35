/** Operations in a section with `dilated to`: strides past its resolution become dilations of the operations after them (à trous). */
import type { Span } from "../../../grammar/span.ts";
import { axes, type PerAxis, perAxis } from "../../axis.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { divide, formatRational, isWhole, multiply, rational } from "../../geometry/rational.ts";
import type { PoolAttributes } from "../../ops/attributes.ts";
import type { Margins } from "../../ops/operation.ts";
import { reachOf } from "../../ops/padding.ts";
import { operations } from "../../ops/registry.ts";
import type { Lowered } from "../../ops/word.ts";
import type { MapValue } from "../names/value.ts";
import type { Dilation } from "./dilation.ts";
import type { Elaboration } from "./elaboration.ts";

const none: PerAxis<number> = [1, 1];

/** An operation in its dilated form, and the spread of its result. */
interface Dilated {
  readonly lowered: Lowered;
  readonly spread: PerAxis<number>;
}

/**
 * Position i of the undilated network is position i·spread of the dilated one, with the same value where the receptive field
 * is inside the image: the dilation and padding of a kernel are multiplied by `spread`; a stride that would pass the limit is
 * replaced by 1 and multiplies the spread of the operations after it (Holschneider et al. 1989; Chen et al. 2015, section 3.1).
 * `undefined`: the operation is not possible there, which is reported.
 */
export function dilate(
  lowered: Lowered,
  span: Span,
  dilation: Dilation,
  state: Elaboration,
): Dilated | undefined {
  const [first = none] = lowered.inputs.map((node) => dilation.spreadOf(node));
  switch (lowered.operation) {
    case "conv":
    case "maxpool":
    case "avgpool": {
      const strides = strideWithin(lowered.inputs[0] ?? 0, lowered.attributes.stride, span, dilation, state);
      if (strides === undefined) return undefined;
      const { kernel, stride, dilation: taps } = lowered.attributes;
      const window = {
        stride: strides,
        dilation: perAxis((axis) => (kernel[axis] === 1 ? taps[axis] : taps[axis] * first[axis])),
      };
      const spread = perAxis((axis) => (first[axis] * stride[axis]) / strides[axis]);
      if (lowered.operation === "conv") {
        const padding = spreadMargins(lowered.attributes.padding, first);
        return { lowered: { ...lowered, attributes: { ...lowered.attributes, ...window, padding } }, spread };
      }
      const kept = strides[0] === stride[0] && strides[1] === stride[1];
      const { padding, ceil } = kept ? lowered.attributes : floored(lowered.attributes);
      const attributes = { ...lowered.attributes, ...window, padding: spreadMargins(padding, first), ceil };
      return { lowered: { ...lowered, attributes }, spread };
    }
    case "crop": {
      const margins = spreadMargins(lowered.attributes.margins, first);
      return { lowered: { ...lowered, attributes: { margins } }, spread: first };
    }
    case "pad": {
      if (lowered.attributes.mode !== "zeros") return refused(lowered, span, dilation, state);
      const margins = spreadMargins(lowered.attributes.margins, first);
      return { lowered: { ...lowered, attributes: { ...lowered.attributes, margins } }, spread: first };
    }
    case "input":
    case "global_pool":
    case "adaptive_pool":
      return { lowered, spread: none };
    case "instancenorm":
    case "groupnorm":
      return { lowered, spread: first };
    default:
      return operations[lowered.operation].traits.pointwise
        ? { lowered, spread: first }
        : refused(lowered, span, dilation, state);
  }
}

/** The pool in floor mode, with padding that keeps the windows of ceil mode: the clipped last one extends into it. */
function floored({ kernel, stride, dilation, padding, ceil }: PoolAttributes): {
  readonly padding: PerAxis<Margins>;
  readonly ceil: boolean;
} {
  if (!ceil) return { padding, ceil };
  const margins = perAxis((axis) => {
    const { before, after } = padding[axis];
    // At reach − 1 the last window starts at the last position; Caffe's rule drops those after it.
    const most = reachOf(kernel[axis], dilation[axis]) - 1;
    return { before, after: Math.min(after + stride[axis] - 1, most) };
  });
  return { padding: margins, ceil: false };
}

function spreadMargins(margins: PerAxis<Margins>, spread: PerAxis<number>): PerAxis<Margins> {
  return perAxis((axis) => ({
    before: margins[axis].before * spread[axis],
    after: margins[axis].after * spread[axis],
  }));
}

/** Any operation is possible while none of its inputs is dilated. */
function refused(lowered: Lowered, span: Span, dilation: Dilation, state: Elaboration): Dilated | undefined {
  const spreads = lowered.inputs.flatMap((node) => dilation.spreadOf(node));
  if (spreads.every((cells) => cells === 1)) return { lowered, spread: none };
  state.report("geometry/cannot-dilate", { resolution: `1/${dilation.limit}` }, span, {
    related: [{ span: dilation.span, message: "dilated here" }],
  });
  return undefined;
}

/** Per axis, the stride that remains: the factor up to the limit. */
function strideWithin(
  node: number,
  stride: PerAxis<number>,
  span: Span,
  dilation: Dilation,
  state: Elaboration,
): PerAxis<number> | undefined {
  const kept = perAxis((axis) => strideOnAxis(node, stride[axis], axis, span, dilation, state));
  return kept[0] === undefined || kept[1] === undefined ? undefined : [kept[0], kept[1]];
}

function strideOnAxis(
  node: number,
  stride: number,
  axis: 0 | 1,
  span: Span,
  dilation: Dilation,
  state: Elaboration,
): number | undefined {
  const geometry = state.builder.node(node).map.geometry[axis];
  const grid = gridWithin(geometry);
  const resolution = `1/${dilation.limit}`;
  const related = [{ span: dilation.span, message: "dilated here" }];
  if (grid === undefined) {
    if (stride === 1 || geometry.kind === "whole") return stride;
    state.report("geometry/dilated-without-grid", { axis: axes[axis], resolution }, span, { related });
    return undefined;
  }
  dilation.pass(multiply(grid.stride, rational(dilation.spreadOf(node)[axis] * stride)));
  const left = divide(rational(dilation.limit), grid.stride);
  const coarser = left.numerator < left.denominator;
  if (!coarser && left.numerator >= left.denominator * stride) return stride;
  if (isWhole(left) && stride % left.numerator === 0) return left.numerator;
  if (!coarser && stride === 1) return stride;
  const from = formatRational(grid.stride);
  const to = formatRational(multiply(grid.stride, rational(stride)));
  state.report("geometry/resolution-not-reached", { resolution, from, to, coarser }, span, { related });
  return undefined;
}

/** Reports feature maps that are joined in a dilated section and would have different resolutions without the dilation. */
export function spreadsMeet(
  join: string,
  maps: readonly MapValue[],
  span: Span,
  state: Elaboration,
): boolean {
  const { dilation } = state;
  if (dilation === undefined) return true;
  const spreads = maps.map(({ node }) => dilation.spreadOf(node).join());
  if (new Set(spreads).size === 1) return true;
  const strides = maps.map(({ node }) => {
    const grid = gridWithin(state.builder.node(node).map.geometry[0]);
    return formatRational(multiply(grid?.stride ?? rational(1), rational(dilation.spreadOf(node)[0])));
  });
  const related = maps.map((map) => ({ span: map.span, message: map.called }));
  state.report("geometry/undilated-resolutions-differ", { join, strides }, span, { related });
  return false;
}
