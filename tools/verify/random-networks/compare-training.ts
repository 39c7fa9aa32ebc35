/** Compares a prediction, an evaluation and the gradients of a batch on engines with the same programs in float64. */
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { valueInputs } from "../../../compiler/network/node-inputs.ts";
import { singleValue } from "../../../compiler/network/single-value.ts";
import type { MapShape } from "../../../compiler/ops/operation.ts";
import { operationOf } from "../../../compiler/ops/registry.ts";
import { trainedWeights } from "../../../compiler/tensors/programs/training.ts";
import type { MapBatch } from "../../../runtime/arrays.ts";
import { shapesAt } from "../../../runtime/engines/check-inputs.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";
import { compareEngines } from "../engines/compare-engines.ts";
import { judge } from "../engines/judge.ts";
import { withBatch } from "../engines/narrow-examples.ts";
import { attendedPairs } from "./attended-pairs.ts";
import type { Disagreement } from "./subject.ts";

/** Pixels of all inputs in a batch: float64 takes seconds for more. */
const mostPixels = 20_000;

/** Pairs of positions of attention of an image, for the same reason. */
const mostPairs = 500_000;

/** Some 10⁴ products are added one after the other in float32. */
const rounding = 1e-5;

export interface TrainingComparison {
  readonly disagreements: readonly Disagreement[];
  /**
   * Weights whose gradients were compared; `undefined`: the network accepts only sizes that are too large, or rounding alone decides
   * its values.
   */
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
  const sizes = new Map(
    [...example.inputs].map(([input, { shape }]) => [input, [shape[1], shape[2]] as const]),
  );
  const { shapes } = shapesAt(network.graph, sizes);
  if (
    pixels > mostPixels ||
    attendedPairs(network.graph, shapes) > mostPairs ||
    normalisesOneValue(network.graph, shapes) ||
    cannotTrain(network.graph, shapes, example.inputs)
  )
    return { disagreements: [], gradients: undefined, sensitive: 0 };
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

/** Whether a layer would normalise a single value of the batch, which engines refuse. */
function cannotTrain(
  graph: Graph,
  shapes: readonly MapShape[],
  inputs: ReadonlyMap<string, MapBatch>,
): boolean {
  const images = Math.max(...Array.from(inputs.values(), ({ shape }) => shape[0]));
  return graph.nodes.some((node) => {
    const shape = shapes[node.id];
    return shape !== undefined && singleValue(node, shape, images) !== undefined;
  });
}

/** Whose positions differ where those of what they are made from do not. */
const unlikePositions: ReadonlySet<string> = new Set(["bed_of_nails", "gather", "pad", "pixel_shuffle"]);

/**
 * Whether a normalisation over the image takes a channel that has one value at all of several positions, as one position that was
 * repeated: it is 0 in exact arithmetic, and divides what rounding leaves by the root of epsilon.
 */
function normalisesOneValue(graph: Graph, shapes: readonly MapShape[]): boolean {
  const even: boolean[] = [];
  for (const node of graph.nodes) {
    const [, height, width] = shapes[node.id] ?? [0, 0, 0];
    const { traits, windowed, kind } = operationOf(node);
    const inputs = kind === "attention" ? node.inputs.slice(0, 1) : valueInputs(node);
    const fromEven = inputs.length > 0 && inputs.every((input) => even[input] === true);
    const unlike = windowed !== undefined || unlikePositions.has(node.operation);
    even[node.id] = height * width === 1 || (fromEven && !unlike);
    const normalises = kind === "normalisation" && !traits.pointwise && !traits.training;
    if (normalises && fromEven && height * width > 1) return true;
  }
  return false;
}
