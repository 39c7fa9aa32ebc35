/** Normalisation over the channels of each position (Ba, Kiros & Hinton 2016, as ConvNeXt applies it). */
import type { Attributes } from "./attributes.ts";
import {
  imageNormalisationArguments,
  imageNormalisationParameters,
  imageNormalisationSchema,
  imageNormalisationTexts,
  imageNormalisationWeights,
} from "./group-normalisation.ts";
import type { Operation } from "./operation.ts";
import { cellwiseOperation } from "./rules.ts";
import { said, withSettings } from "./said.ts";
import type { Word } from "./word.ts";

export const layernorm: Operation<Attributes["layernorm"]> = {
  ...cellwiseOperation<Attributes["layernorm"]>({
    name: "layernorm",
    summary: "The channels of each position to mean 0 and variance 1; then scale and shift by channel.",
    kind: "normalisation",
    label: () => "LN",
    schema: imageNormalisationSchema,
    say: (attributes) => withSettings(said("layernorm"), imageNormalisationTexts(attributes)),
  }),
  weights: imageNormalisationWeights,
  statistics: (_, [channels]) => ({ values: channels, acrossBatch: false, acrossChannels: true }),
};

export const layernormWord: Word = {
  name: "layernorm",
  summary: "Layer normalisation: over the channels of each position.",
  parameters: imageNormalisationParameters,
  lower: (call) => [
    { operation: "layernorm", attributes: imageNormalisationArguments(call), inputs: [call.current.node] },
  ],
};
