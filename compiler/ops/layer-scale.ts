/**
 * A learned factor for each channel, as of the residuals of CaiT and ConvNeXt (Touvron et al. 2021, section 2.1), or one for all
 * (Fu et al. 2019, section 3.2).
 */
import type { Attributes } from "./attributes.ts";
import { flag as flagNotation, real } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, flag, named, positional } from "./parameters.ts";
import { cellwiseOperation, inputAt, perChannel } from "./rules.ts";
import { flagged, said, unless, withSettings } from "./said.ts";
import { policy } from "./schema.ts";
import type { Word } from "./word.ts";

const summary = "The value times a learned factor, one for each channel or one for all.";

export const layerScale: Operation<Attributes["layer_scale"]> = {
  ...cellwiseOperation<Attributes["layer_scale"]>({
    name: "layer_scale",
    summary,
    kind: "normalisation",
    label: () => "layer scale",
    schema: { init: policy(real), shared: flagNotation },
    say: ({ init, shared }) =>
      withSettings(said("layer_scale"), unless(`${init}`, "0.000001", "init"), flagged("shared", shared)),
  }),
  weights: ({ init, shared }, inputs) => [perChannel("factor", shared ? 1 : inputAt(inputs, 0), init, true)],
};

export const layerScaleWord: Word = {
  name: "layer_scale",
  summary,
  parameters: [
    positional("init", { kind: "number" }, "The factors before training.", "1e-6"),
    named("shared", flag, "One factor for all channels.", "false: one for each"),
  ],
  lower: (call) => {
    const attributes = {
      init: argumentOf(call, "init", "number") ?? 1e-6,
      shared: argumentOf(call, "shared", "flag") ?? false,
    };
    return [{ operation: "layer_scale", attributes, inputs: [call.current.node] }];
  },
};
