/** The losses of a session as `losses.py` writes them: weights that were measured are given to it, others are part of it. */
import type { OutputConfiguration } from "../../../compiler/learning/configuration.ts";
import type { WeightedLoss } from "../../../compiler/learning/losses/registry.ts";
import type { OutputTraining } from "../engine.ts";

type Trained = ReadonlyMap<string, OutputTraining>;

/** Their targets are not read: what an output is compared with comes with each batch. */
export function configuredOutputs(training: Trained): readonly OutputConfiguration[] {
  return [...training].map(([name, { loss }]) => ({
    name,
    target: { kind: "image", from: undefined },
    // a resolved term has the same settings, but for the weights of colours, which `givenWeights` gives
    loss: loss as readonly WeightedLoss[],
  }));
}

/** Weights of colours, by output. */
export function givenWeights(training: Trained): Readonly<Record<string, unknown>> {
  const bins = [...training].flatMap(([name, { loss }]) =>
    loss.flatMap(({ term }) =>
      term.kind === "soft_cross_entropy" && term.weights !== undefined
        ? [[name, [...term.weights]] as const]
        : [],
    ),
  );
  return bins.length === 0 ? {} : { bin_weights: Object.fromEntries(bins) };
}
