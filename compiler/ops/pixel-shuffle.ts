/** Pixel shuffle and its inverse: channels rearranged as positions, and positions as channels (Shi et al. 2016, section 2.2). */
import { type PerAxis, perAxis } from "../axis.ts";
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { compose } from "../geometry/grid-step.ts";
import { rational } from "../geometry/rational.ts";
import { halfPixelStep } from "../geometry/resample.ts";
import { windowStep } from "../geometry/windows.ts";
import { applyStep } from "../sizes/apply-step.ts";
import type { Attributes } from "./attributes.ts";
import { count, extent as extentNotation } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { extent, required, requiredArgument } from "./parameters.ts";
import { readsBy } from "./reads.ts";
import { oneMap } from "./roles.ts";
import { inputAt, nameAsLabel, noMultiplyAdds, noWeights, spatial } from "./rules.ts";
import { pair, said } from "./said.ts";
import { dividedSize, multipliedSize } from "./size-steps.ts";
import type { Word } from "./word.ts";

interface Factor {
  readonly factor: PerAxis<number>;
}

const factorSchema = { factor: extentNotation(count) };

const shuffleStep = ({ factor }: Factor, axis: 0 | 1) => halfPixelStep(rational(factor[axis]), "nearest");
const unshuffleStep = ({ factor }: Factor, axis: 0 | 1) => windowStep(factor[axis], factor[axis], 1, 0);

export const pixelShuffle: Operation<Attributes["pixel_shuffle"]> = {
  name: "pixel_shuffle",
  summary:
    "Channels rearranged into space: every factor-sized group of channels becomes one channel of a larger feature map.",
  kind: "resampling",
  inputs: oneMap,
  schema: factorSchema,
  traits: spatial,
  label: nameAsLabel("pixel shuffle"),
  say: ({ factor }) => said("pixel_shuffle", [pair(factor)]),
  channels: ({ factor }, inputs) => shuffledChannels(factor, inputAt(inputs, 0)),
  size: ({ factor }, inputs, axis) => applyStep(inputAt(inputs, 0), multipliedSize(factor[axis])),
  geometry: (attributes, inputs, axis) => compose(inputAt(inputs, 0), shuffleStep(attributes, axis)),
  scale: ({ factor }) => perAxis((axis) => rational(1, factor[axis])),
  reads: readsBy(shuffleStep),
  moment: "passes",
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
};

export const pixelUnshuffle: Operation<Attributes["pixel_unshuffle"]> = {
  name: "pixel_unshuffle",
  summary:
    "Space rearranged into channels: every factor-sized window becomes one position. The inverse of pixel_shuffle.",
  kind: "pool",
  inputs: oneMap,
  schema: factorSchema,
  traits: spatial,
  label: nameAsLabel("pixel unshuffle"),
  say: ({ factor }) => said("pixel_unshuffle", [pair(factor)]),
  channels: ({ factor }, inputs) => inputAt(inputs, 0) * factor[0] * factor[1],
  size: ({ factor }, inputs, axis) => applyStep(inputAt(inputs, 0), dividedSize(factor[axis])),
  geometry: (attributes, inputs, axis) => compose(inputAt(inputs, 0), unshuffleStep(attributes, axis)),
  scale: ({ factor }) => perAxis((axis) => rational(factor[axis])),
  reads: readsBy(unshuffleStep),
  moment: "passes",
  weights: noWeights,
  multiplyAdds: noMultiplyAdds,
};

function shuffledChannels([height, width]: readonly [number, number], channels: number): number | Refusal {
  const group = height * width;
  if (channels % group === 0) return channels / group;
  return refuse("operations/channels-do-not-shuffle", { height, width, channels }, "factor");
}

export const pixelShuffleWord: Word = {
  name: "pixel_shuffle",
  summary: "A larger feature map with fewer channels (sub-pixel convolution).",
  parameters: [required("factor", extent, "How many times as large; its square must divide the channels.")],
  lower: (call) => {
    const attributes = { factor: requiredArgument(call, "factor", "extent") };
    return [{ operation: "pixel_shuffle", attributes, inputs: [call.current.node] }];
  },
};

export const pixelUnshuffleWord: Word = {
  name: "pixel_unshuffle",
  summary: "A smaller feature map with more channels: the inverse of pixel_shuffle.",
  parameters: [required("factor", extent, "How many times as small; it must divide height and width.")],
  lower: (call) => {
    const attributes = { factor: requiredArgument(call, "factor", "extent") };
    return [{ operation: "pixel_unshuffle", attributes, inputs: [call.current.node] }];
  },
};
