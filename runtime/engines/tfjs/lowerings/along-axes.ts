/** Operations that are one linear map along each axis: their matrices, rows first and columns after. */
import { perAxis } from "../../../../compiler/axis.ts";
import type { GraphNode } from "../../../../compiler/network/graph.ts";
import type { AxisPositions } from "../../../../compiler/ops/reads.ts";
import { operationOf } from "../../../../compiler/ops/registry.ts";
import { alongAxis } from "../gradients/axis-map.ts";
import type { LoweringContext, Tensor4D } from "../lowering.ts";

/** @throws Error for an operation that is none with these attributes. */
export function alongAxes(node: GraphNode, x: Tensor4D, context: LoweringContext): Tensor4D {
  const { matrix } = operationOf(node);
  const [rows, columns] = perAxis((axis) => matrix?.(node.attributes, positionsOf(context, axis)));
  if (rows === undefined || columns === undefined) throw new Error(`${node.name} is no map along its axes`);
  return alongAxis(context.tf, alongAxis(context.tf, x, rows, 0), columns, 1);
}

/** How many positions the inputs and the result have along an axis. */
export function positionsOf({ inputs, output }: LoweringContext, axis: 0 | 1): AxisPositions {
  const place = axis === 0 ? 1 : 2;
  return { axis, inputs: inputs.map((shape) => shape[place]), output: output[place] };
}
