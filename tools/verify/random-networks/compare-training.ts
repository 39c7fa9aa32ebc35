/** Compares a prediction, an evaluation and the gradients of a batch on engines with the same programs in float64. */
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { trainedWeights } from "../../../compiler/tensors/programs/training.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";
import { compareEngines } from "../engines/compare-engines.ts";
import { judge } from "../engines/judge.ts";
import { withBatch } from "../engines/narrow-examples.ts";
import type { Disagreement } from "./subject.ts";

/** Pixels of all inputs in a batch: float64 takes seconds for more. */
const mostPixels = 20_000;

/** Some 10⁴ products are added one after the other in float32. */
const rounding = 1e-5;

export interface TrainingComparison {
  readonly disagreements: readonly Disagreement[];
  /** Weights whose gradients were compared; `undefined`: the network accepts only sizes that are too large. */
  readonly gradients: number | undefined;
  /** Gradients and losses that rounding decides, which float64 shows to move as far. */
  readonly sensitive: number;
}

export async function compareTraining(
  network: CompiledNetwork,
  engines: readonly Engine[],
): Promise<TrainingComparison> {
  const example = withBatch(network, [11, 14]);
  const pixels = [...example.inputs.values()].reduce(
    (sum, { shape: [batch, height, width] }) => sum + batch * height * width,
    0,
  );
  if (pixels > mostPixels) return { disagreements: [], gradients: undefined, sensitive: 0 };
  // a network may have no weights
  const steps = trainedWeights(network).length > 0 ? 1 : 0;
  const options = { steps, learningRate: 0.01, torch: false };
  const comparison = await compareEngines(example, engines, options);
  const { failures, sensitive } = await judge(comparison, rounding);
  const gradients = [...comparison.engines.values()].flatMap((errors) =>
    errors.gradients.flatMap((step) => [...step.keys()]),
  );
  return {
    disagreements: failures.map((detail) => ({ about: "float64", detail })),
    gradients: gradients.length,
    sensitive: sensitive.length,
  };
}
