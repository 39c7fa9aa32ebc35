/** Normalisation of each image by itself: over each channel (Ulyanov et al. 2016), or over groups of channels (Wu & He 2018). */
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import type { AxisGeometry } from "../geometry/axis-geometry.ts";
import { wholeWhere } from "../geometry/sized.ts";
import { divisors } from "../sizes/integers.ts";
import type { Attributes, ImageNormalisationAttributes } from "./attributes.ts";
import { count as countNotation, flag as flagNotation, real } from "./notation.ts";
import type { Operation, WeightSpecification } from "./operation.ts";
import { argumentOf, count, flag, named, required, requiredArgument } from "./parameters.ts";
import { readsAll } from "./reads.ts";
import { oneMap } from "./roles.ts";
import { inputAt, noMultiplyAdds, perChannel, sameChannels, sameScale, sameSize, spatial } from "./rules.ts";
import { flagged, notFlagged, said, unless, withSettings } from "./said.ts";
import { policy } from "./schema.ts";
import { unchanged } from "./windowed.ts";
import type { Call, ParameterSpecification, Word } from "./word.ts";

export function imageNormalisationWeights(
  { scale, shift, frozen }: ImageNormalisationAttributes,
  inputs: readonly number[],
): readonly WeightSpecification[] {
  const channels = inputAt(inputs, 0);
  return [
    ...(scale ? [perChannel("scale", channels, 1, !frozen)] : []),
    ...(shift ? [perChannel("shift", channels, 0, !frozen)] : []),
  ];
}

const shared = {
  kind: "normalisation",
  inputs: oneMap,
  traits: spatial,
  scale: sameScale,
  reads: readsAll,
  dilated: unchanged,
  moment: "passes",
  size: sameSize,
  /** Every position depends on the mean of the whole feature map. The grid stays the same. */
  geometry: (_: unknown, inputs: readonly AxisGeometry[]): AxisGeometry => wholeWhere(inputAt(inputs, 0)),
  weights: imageNormalisationWeights,
  multiplyAdds: noMultiplyAdds,
} as const;

export const imageNormalisationSchema = {
  epsilon: real,
  scale: flagNotation,
  shift: flagNotation,
  frozen: policy(flagNotation),
};

export function imageNormalisationTexts({
  epsilon,
  scale,
  shift,
  frozen,
}: ImageNormalisationAttributes): readonly string[] {
  return [
    ...unless(`${epsilon}`, "0.00001", "epsilon"),
    ...notFlagged("scale", scale),
    ...notFlagged("shift", shift),
    ...flagged("frozen", frozen),
  ];
}

export const instancenorm: Operation<Attributes["instancenorm"]> = {
  ...shared,
  name: "instancenorm",
  summary: "Each channel of each image to mean 0 and variance 1 over the image; then scale and shift.",
  label: () => "IN",
  schema: imageNormalisationSchema,
  say: (attributes) => withSettings(said("instancenorm"), imageNormalisationTexts(attributes)),
  channels: sameChannels,
  statistics: (_, [, height, width]) => ({
    values: height * width,
    acrossBatch: false,
    acrossChannels: false,
  }),
};

export const groupnorm: Operation<Attributes["groupnorm"]> = {
  ...shared,
  name: "groupnorm",
  summary:
    "Each group of channels of each image to mean 0 and variance 1 over the image; then scale and shift by channel.",
  label: ({ groups }) => `GN ${groups}`,
  schema: { groups: countNotation, ...imageNormalisationSchema },
  say: (attributes) =>
    withSettings(said("groupnorm"), [`${attributes.groups}`], imageNormalisationTexts(attributes)),
  channels: ({ groups }, inputs) => checkGroups(groups, inputAt(inputs, 0)),
  statistics: ({ groups }, [channels, height, width]) => ({
    values: (channels / groups) * height * width,
    acrossBatch: false,
    acrossChannels: true,
  }),
};

function checkGroups(groups: number, channels: number): number | Refusal {
  if (channels % groups === 0) return channels;
  const facts = { groups, channels, possible: divisors(channels) };
  return refuse("operations/norm-groups-do-not-divide", facts, "groups");
}

export const imageNormalisationParameters: readonly ParameterSpecification[] = [
  named("epsilon", { kind: "number", least: 0 }, "Added to the variance.", "1e-5"),
  named("scale", flag, "Multiply by one learned number per channel.", "true"),
  named("shift", flag, "Add one learned number per channel.", "true"),
  named("frozen", flag, "Training leaves scale and shift as they are.", "false"),
];

export function imageNormalisationArguments(call: Call): ImageNormalisationAttributes {
  return {
    epsilon: argumentOf(call, "epsilon", "number") ?? 1e-5,
    scale: argumentOf(call, "scale", "flag") ?? true,
    shift: argumentOf(call, "shift", "flag") ?? true,
    frozen: argumentOf(call, "frozen", "flag") ?? false,
  };
}

export const instancenormWord: Word = {
  name: "instancenorm",
  summary: "Instance normalisation.",
  parameters: imageNormalisationParameters,
  lower: (call) => [
    { operation: "instancenorm", attributes: imageNormalisationArguments(call), inputs: [call.current.node] },
  ],
};

export const groupnormWord: Word = {
  name: "groupnorm",
  summary: "Group normalisation.",
  parameters: [
    required(
      "groups",
      count,
      "Groups of channels with a mean and a variance each; must divide the channels.",
    ),
    ...imageNormalisationParameters,
  ],
  lower: (call) => {
    const attributes = {
      groups: requiredArgument(call, "groups", "count"),
      ...imageNormalisationArguments(call),
    };
    return [{ operation: "groupnorm", attributes, inputs: [call.current.node] }];
  },
};
