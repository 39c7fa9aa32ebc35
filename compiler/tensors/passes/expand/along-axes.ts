/** Operations that are one linear map along each axis: their matrices, along the height and then along the width. */
import { perAxis } from "../../../axis.ts";
import type { Attributes, OperationName } from "../../../ops/attributes.ts";
import type { AxisPositions } from "../../../ops/reads.ts";
import { operationOf } from "../../../ops/registry.ts";
import { four, type Value } from "../../value.ts";
import { type ExpansionContext, only } from "./expansion.ts";

/** @throws Error for an operation that is none with these attributes. */
export function alongAxes<O extends OperationName>(
  operation: O,
  attributes: Attributes[O],
  context: ExpansionContext,
): Value {
  const { matrix } = operationOf({ operation });
  const [rows, columns] = perAxis((axis) => matrix?.(attributes, positionsOf(context, axis)));
  if (rows === undefined || columns === undefined) throw new Error(`${operation} is no map along its axes`);
  const tall = context.build.axisMap(only(context), { axis: 2, matrix: rows });
  return context.build.axisMap(tall, { axis: 3, matrix: columns });
}

/** How many positions the inputs and the result have along an axis. */
export function positionsOf({ inputs, output }: ExpansionContext, axis: 0 | 1): AxisPositions {
  return {
    axis,
    inputs: inputs.map(({ shape }) => four(shape)[axis === 0 ? 2 : 3]),
    output: output[axis === 0 ? 1 : 2],
  };
}
