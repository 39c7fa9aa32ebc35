/** The input of a network: an image whose sizes are numbers or linear in a size symbol. */
import type { PerAxis } from "../axis.ts";
import { inputGeometry } from "../geometry/grid.ts";
import { constantSize, linearSize } from "../sizes/make-size.ts";
import type { Attributes, OperationName } from "./attributes.ts";
import { bracketed, count, dimension, quoted } from "./notation.ts";
import type { InputDimension, Operation } from "./operation.ts";
import { noInput } from "./roles.ts";
import { nameAsLabel, noMultiplyAdds, noWeights, sameScale, spatial } from "./rules.ts";
import { dimensionText, said } from "./said.ts";
import type { Lowered } from "./word.ts";

export const input: Operation<Attributes["input"]> = {
  name: "input",
  summary: "An image as input of the network.",
  kind: "input",
  inputs: noInput,
  schema: { name: quoted, channels: count, size: bracketed(dimension) },
  traits: spatial,
  label: nameAsLabel("input"),
  say: ({ name, channels, size }) => ({
    ...said("input"),
    rest: `${name} [${channels}, ${size.map(dimensionText).join(", ")}]`,
  }),
  channels: ({ channels }) => channels,
  size: ({ size }, _, axis) => {
    const { symbol, scale, shift } = size[axis];
    return symbol === undefined ? constantSize(shift) : linearSize(symbol, scale, shift);
  },
  geometry: ({ size }, _, axis) => {
    const { symbol, scale, shift } = size[axis];
    if (symbol === undefined) return { ...inputGeometry, pixels: { scale: 0, shift } };
    return scale === 1 && shift === 0 ? inputGeometry : { ...inputGeometry, pixels: { scale, shift } };
  },
  scale: sameScale,
  reads: () => [],
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
  dilated: { kind: "whole" },
  moment: "ends",
};

export function isInput<N extends { readonly operation: OperationName }>(
  node: N,
): node is Extract<N, { readonly operation: "input" }> {
  return node.operation === "input";
}

export function inputNamed(name: string, channels: number, size: PerAxis<InputDimension>): Lowered {
  return { operation: "input", attributes: { name, channels, size }, inputs: [] };
}
