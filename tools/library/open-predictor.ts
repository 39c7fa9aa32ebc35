/** A trained network, ready for images of any size. */
import { chooseEngine } from "../../runtime/engines/choose.ts";
import type { EngineName } from "../../runtime/engines/engine.ts";
import { Predictor } from "../../runtime/prediction/predictor.ts";
import { checkWeights, readWeights } from "../../runtime/training/weights-file.ts";
import { rememberedChoice } from "../program/remembered-choice.ts";
import { loadNetwork, type NetworkOptions } from "./load-network.ts";

export interface PredictorOptions extends NetworkOptions {
  /** By default the fastest that works on this machine. */
  readonly engine?: EngineName | "auto" | undefined;
}

/**
 * Network and parameters are those that the weights remember; options win. Close it when done.
 * @param weights what training wrote: `weights.safetensors`
 * @throws UserError, ProgramError as `loadNetwork`; UserError when the weights are not the network's.
 */
export async function openPredictor(
  path: string,
  weights: string,
  { engine: asked = "auto", network, settings = {} }: PredictorOptions = {},
): Promise<Predictor> {
  const trained = await readWeights(weights);
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
  const { engine } = await chooseEngine(asked);
  return Predictor.open(graph, engine, { ...trained.metadata, weights: trained.weights });
}
