/** Before the first step: checks the data, measures its normalisation and computes the class weights. */
import type { Graph } from "../../compiler/network/graph.ts";
import type { Normalisation } from "../arrays.ts";
import { binWeights } from "../colour/bin-weights.ts";
import { countTrainingBatches } from "../data/batches.ts";
import { checkData } from "../data/check.ts";
import { classWeightsBy } from "../data/class-weights.ts";
import type { InputPlan } from "../data/input-plan.ts";
import { measureBinCounts } from "../data/measure-bin-counts.ts";
import { measureNormalisation } from "../data/measure-normalisation.ts";
import { describePatches } from "../fit/patches.ts";
import { normalisationsOf } from "../prediction/input-normalisations.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { DataError } from "./data-error.ts";
import { type ExpectedBatches, expectedBatches } from "./expected-batches.ts";
import {
  classWeightsOf,
  imageChannels,
  inputPlans,
  type MeasuredWeights,
  outputPlans,
  rebalanceOf,
} from "./output-plans.ts";
import type { StartingWeights } from "./starting-weights.ts";
import type { TrainOptions } from "./train-options.ts";

export interface PreparedData extends MeasuredWeights {
  readonly inputs: readonly InputPlan[];
  /** Updates of an epoch: each of as many batches as are accumulated, the last of what is left. */
  readonly stepsPerEpoch: number;
  readonly expects: ExpectedBatches;
}

/**
 * A resumed run keeps its checkpoint's normalisation; one that starts from weights has theirs, where they expect one.
 * @throws DataError when the data has errors; UserError when an image fits no size the network accepts.
 */
export async function prepareData(
  graph: Graph,
  { data, configuration, observer }: TrainOptions,
  {
    checkpoint,
    start,
  }: { readonly checkpoint: Checkpoint | undefined; readonly start: StartingWeights | undefined },
): Promise<PreparedData> {
  const channels = imageChannels(graph, configuration);
  const report = await checkData(data, { channels });
  observer?.({ kind: "checked", report });
  if (report.problems.some(({ severity }) => severity === "error")) throw new DataError(data.source, report);
  const expects = expectedBatches(graph, report, configuration);
  const cutting = expects.fits.map((fit) => describePatches(graph, fit)).find((text) => text !== undefined);
  if (cutting !== undefined) observer?.({ kind: "note", message: cutting });
  const weights = classWeightsOf(configuration);
  const known = checkpoint && normalisationsOf(graph, checkpoint.metadata);
  const inputs: InputPlan[] = [];
  for (const input of inputPlans(graph, configuration)) {
    const kept = known?.get(input.name);
    const measured = kept ?? (await measureNormalisation(data, input.layer));
    const expected = kept === undefined ? start?.normalisations.get(input.name) : undefined;
    const otherRange = expected && describeRange(input.name, measured);
    if (otherRange !== undefined) observer?.({ kind: "note", message: otherRange });
    inputs.push({ ...input, normalisation: expected ?? measured });
  }
  const { augment, batch, lastBatch, accumulate = 1 } = configuration;
  const batches = await countTrainingBatches(data, { augment, batch, lastBatch });
  return {
    inputs,
    classWeights: typeof weights === "string" ? classWeightsBy(weights, report) : weights,
    binWeights: await measureBinWeights(graph, data, configuration),
    stepsPerEpoch: Math.ceil(batches / accumulate),
    expects,
  };
}

/** Where an image's values are not from 0 to 1, as the normalisation of other weights expects: files of floating-point numbers. */
function describeRange(input: string, { mean }: Normalisation): string | undefined {
  if (mean.every((value) => value >= 0 && value <= 1)) return undefined;
  const means = mean.map((value) => Number(value.toPrecision(3))).join(", ");
  return `${input}: the training images have means of ${means}, and the weights expect values from 0 to 1: scale the files' values`;
}

async function measureBinWeights(
  graph: Graph,
  data: TrainOptions["data"],
  configuration: TrainOptions["configuration"],
): Promise<MeasuredWeights["binWeights"]> {
  const measured: Record<string, readonly number[]> = {};
  for (const output of outputPlans(graph, configuration)) {
    const rebalance = rebalanceOf(output);
    if (rebalance === undefined) continue;
    measured[output.name] = binWeights(await measureBinCounts(data, output.layer), rebalance);
  }
  return measured;
}
