/** Batch normalisation (Ioffe & Szegedy 2015, algorithms 1 and 2). */
import type { Attributes } from "./attributes.ts";
import { flag as flagNotation, real } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, flag, named } from "./parameters.ts";
import { cellwiseOperation, constant, inputAt, perChannel } from "./rules.ts";
import { flagged, notFlagged, said, unless, withSettings } from "./said.ts";
import { policy } from "./schema.ts";
import type { Word } from "./word.ts";

export const batchnorm: Operation<Attributes["batchnorm"]> = {
  ...cellwiseOperation<Attributes["batchnorm"]>({
    name: "batchnorm",
    summary:
      "Each channel to mean 0 and variance 1, by the batch in training and by running statistics after; then scale and shift.",
    kind: "normalisation",
    label: () => "BN",
    // A frozen one computes something else in training: it uses its running statistics.
    schema: {
      momentum: policy(real),
      epsilon: real,
      scale: flagNotation,
      shift: flagNotation,
      frozen: flagNotation,
    },
    say: ({ momentum, epsilon, scale, shift, frozen }) =>
      withSettings(
        said("batchnorm"),
        unless(`${momentum}`, "0.9", "momentum"),
        unless(`${epsilon}`, "0.00001", "epsilon"),
        notFlagged("scale", scale),
        notFlagged("shift", shift),
        flagged("frozen", frozen),
      ),
  }),
  traits: { pointwise: true, training: true },
  statistics: ({ frozen }, [, height, width]) =>
    frozen ? undefined : { values: height * width, acrossBatch: true, acrossChannels: false },
  weights: ({ scale, shift, frozen }, inputs) => {
    const channels = inputAt(inputs, 0);
    const statistic = (name: string, value: number) =>
      ({
        name,
        shape: [channels],
        initialisation: constant(value),
        trainable: false,
        counted: false,
      }) as const;
    return [
      ...(scale ? [perChannel("scale", channels, 1, !frozen)] : []),
      ...(shift ? [perChannel("shift", channels, 0, !frozen)] : []),
      statistic("running_mean", 0),
      { ...statistic("running_variance", 1), least: 0 },
    ];
  },
};

export const batchnormWord: Word = {
  name: "batchnorm",
  summary: "Batch normalisation.",
  parameters: [
    named(
      "momentum",
      { kind: "number", least: 0, most: 1 },
      "The share of the running statistics that a step keeps.",
      "0.9",
    ),
    named("epsilon", { kind: "number", least: 0 }, "Added to the variance.", "1e-5"),
    named("scale", flag, "Multiply by one learned number per channel.", "true"),
    named("shift", flag, "Add one learned number per channel.", "true"),
    named("frozen", flag, "Training changes neither the weights nor the running statistics.", "false"),
  ],
  lower: (call) => {
    const attributes = {
      momentum: argumentOf(call, "momentum", "number") ?? 0.9,
      epsilon: argumentOf(call, "epsilon", "number") ?? 1e-5,
      scale: argumentOf(call, "scale", "flag") ?? true,
      shift: argumentOf(call, "shift", "flag") ?? true,
      frozen: argumentOf(call, "frozen", "flag") ?? false,
    };
    return [{ operation: "batchnorm", attributes, inputs: [call.current.node] }];
  },
};
