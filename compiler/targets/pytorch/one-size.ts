/** Whether inputs have the same size at every H and W: what reads files for them then fits one image to all. */
import type { InputNode } from "../../network/graph.ts";

export function haveOneSize(inputs: readonly InputNode[]): boolean {
  return new Set(inputs.map(({ attributes }) => JSON.stringify(attributes.size))).size <= 1;
}
