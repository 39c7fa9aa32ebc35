/** A sparse matrix along one axis; its gradient is the transpose. */

import { alongAxis } from "../../geometry/sparse-matrix.ts";
import { integer, matrix } from "../attribute-kinds.ts";
import { elementCount, float32 } from "../value.ts";
import type { PrimitiveAttributes } from "./attributes.ts";
import { extentAt, need, needFloat, only, onlyUpstream, type Primitive } from "./primitive.ts";

export const axisMap: Primitive<PrimitiveAttributes["axis_map"]> = {
  summary: "A sparse matrix along one axis: resampling, averages, borders.",
  attributes: { axis: integer, matrix },
  operands: 1,
  types: ({ axis, matrix: { rowCount, columnCount } }, operands) => {
    needFloat(...operands);
    const x = only(operands);
    const extent = extentAt(x, axis);
    need(extent === columnCount, () => `a matrix of ${columnCount} columns along ${extent} positions`);
    return [float32(...x.shape.with(axis, rowCount))];
  },
  evaluate: ({ attributes: { axis, matrix }, operands }) => {
    const { data, shape } = only(operands);
    const outer = elementCount(shape.slice(0, axis));
    return [alongAxis(matrix, data, outer, elementCount(shape.slice(axis + 1)))];
  },
  gradient: (call) => {
    const upstream = onlyUpstream(call);
    return [() => call.build.axisMapTransposed(upstream, call.attributes)];
  },
};
