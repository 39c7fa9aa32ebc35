/** Operations in a section with `dilated to`: strides past its resolution become dilations of the operations after them (à trous). */
import type { Span } from "../../../grammar/span.ts";
import { axes, type PerAxis, perAxis } from "../../axis.ts";
import { gridWithin } from "../../geometry/grid-within.ts";
import { divide, formatRational, isWhole, multiply, rational } from "../../geometry/rational.ts";
import { repeatedInputs } from "../../network/node-inputs.ts";
import { operationOf } from "../../ops/registry.ts";
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
  const repeated = repeatedInputs(
    lowered.operation,
    lowered.inputs.map((node) => state.builder.node(node).map),
  );
  const [first = none] = lowered.inputs.flatMap((node, place) =>
    repeated[place] === true ? [] : [dilation.spreadOf(node)],
  );
  const { dilated, windowed } = operationOf(lowered);
  const withAttributes = (attributes: Lowered["attributes"]) => ({ ...lowered, attributes }) as Lowered; // of the same operation
  switch (dilated?.kind) {
    case "window": {
      const stride = windowed?.of(lowered.attributes).stride ?? none;
      const strides = strideWithin(lowered.inputs[0] ?? 0, stride, span, dilation, state);
      if (strides === undefined) return undefined;
      const spread = perAxis((axis) => (first[axis] * stride[axis]) / strides[axis]);
      return { lowered: withAttributes(dilated.at(lowered.attributes, strides, first)), spread };
    }
    case "spread": {
      const attributes = dilated.at(lowered.attributes, first);
      if (attributes === undefined) return refused(lowered, span, dilation, state);
      return { lowered: withAttributes(attributes), spread: first };
    }
    case "unchanged":
      return { lowered, spread: first };
    case "whole":
      return { lowered, spread: none };
    case undefined:
      return refused(lowered, span, dilation, state);
  }
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
