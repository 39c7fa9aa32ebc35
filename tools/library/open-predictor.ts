/** A trained network, ready for images of any size. */
import { chooseEngine } from "../../runtime/engines/choose.ts";
import type { EngineName } from "../../runtime/engines/engine.ts";
import { combinedFlips } from "../../runtime/prediction/averaging/averaging.ts";
import { Predictor } from "../../runtime/prediction/predictor.ts";
import { checkWeights, readWeights, type TrainedWeights } from "../../runtime/training/weights-file.ts";
import { checkAlike } from "../program/check-alike.ts";
import { rememberedChoice } from "../program/remembered-choice.ts";
import { loadNetwork, type NetworkOptions } from "./load-network.ts";

export interface PredictorOptions extends NetworkOptions {
  /** Test-time augmentation: the mean over the image and its flips, in all combinations, and over its resized copies. */
  readonly flips?: { readonly vertical?: boolean; readonly horizontal?: boolean } | undefined;
  /** Factors of the image's size; by default 1. */
  readonly scales?: readonly number[] | undefined;
  /** By default the fastest that works on this machine. */
  readonly engine?: EngineName | "auto" | undefined;
}

/**
 * Network and parameters are those that the weights remember; options win. Close it when done.
 * @param weights what training wrote: `weights.safetensors`; of several files, the predictions are averaged
 * @throws UserError, ProgramError as `loadNetwork`; UserError when the weights are not the network's.
 */
export async function openPredictor(
  path: string,
  weights: string | readonly [string, ...string[]],
  { engine: asked = "auto", network, settings = {}, flips = {}, scales = [1] }: PredictorOptions = {},
): Promise<Predictor> {
  const [file, ...files] = typeof weights === "string" ? [weights] : weights;
  const trained = await readWeights(file);
  const choice = rememberedChoice(
    path,
    { network, set: new Map(Object.entries(settings)) },
    trained.metadata,
  );
  const { graph } = loadNetwork(path, {
    network: choice.network,
    settings: Object.fromEntries(choice.set),
  }).network;
  checkWeights(graph, trained);
  const others = await Promise.all(files.map(readWeights));
  for (const other of others) {
    checkWeights(graph, other);
    checkAlike(trained, other);
  }
  const { engine } = await chooseEngine(asked);
  const of = ({ file, metadata, weights }: TrainedWeights) => ({ ...metadata, file, weights });
  const { vertical = false, horizontal = false } = flips;
  return Predictor.open(graph, engine, [of(trained), ...others.map(of)], {
    flips: combinedFlips({ vertical, horizontal }),
    scales,
  });
}
