/** The input of a network: an image whose sizes are numbers or linear in a size symbol. */
import { inputGeometry } from "../geometry/grid.ts";
import { constantSize, linearSize } from "../sizes/make-size.ts";
import type { Attributes } from "./attributes.ts";
import type { Operation } from "./operation.ts";
import { noMultiplyAdds, noWeights, spatial } from "./rules.ts";

export const input: Operation<Attributes["input"]> = {
  name: "input",
  summary: "An image as input of the network.",
  traits: spatial,
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
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
};
