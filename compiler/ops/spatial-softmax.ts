/** Softmax over the positions of each channel. */
import type { AxisGeometry } from "../geometry/axis-geometry.ts";
import { wholeWhere } from "../geometry/sized.ts";
import type { Attributes } from "./attributes.ts";
import type { Operation } from "./operation.ts";
import { readsAll } from "./reads.ts";
import { oneMap } from "./roles.ts";
import { inputAt, noMultiplyAdds, noWeights, sameChannels, sameScale, sameSize, spatial } from "./rules.ts";
import { said } from "./said.ts";
import { unchanged } from "./windowed.ts";

export const spatialSoftmax: Operation<Attributes["spatial_softmax"]> = {
  name: "spatial_softmax",
  summary: "The exponentials of the positions of a channel, divided by their sum.",
  kind: "activation",
  inputs: oneMap,
  schema: {},
  traits: spatial,
  label: () => "softmax over space",
  say: () => said("softmax", ["over = space"]),
  channels: sameChannels,
  size: sameSize,
  /** Every position depends on the sum over the whole feature map. The grid stays the same. */
  geometry: (_: unknown, inputs: readonly AxisGeometry[]): AxisGeometry => wholeWhere(inputAt(inputs, 0)),
  scale: sameScale,
  reads: readsAll,
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
  dilated: unchanged,
  moment: "ends",
};
