/** The modules of a network without its data and its training: what predicts and compares. */

import type { CompiledNetwork } from "../../../compiled-network.ts";
import type { OutputConfiguration } from "../../../learning/configuration.ts";
import { usualTraining } from "../../structure/usual-training.ts";
import { layersFile } from "../layers/registry.ts";
import { writeModel } from "../model/model.ts";
import { sizesText } from "../model/sizes-text.ts";
import { lossesFile } from "../training/losses.ts";
import { weightsText } from "../weights/weights-text.ts";

/** By name; lines may be long. @param outputs their losses; left out: the usual ones */
export function networkFiles(
  network: CompiledNetwork,
  outputs: readonly OutputConfiguration[] = usualTraining(network.graph).outputs,
): ReadonlyMap<string, string> {
  const model = writeModel({
    network,
    files: new Map(),
    source: "",
    weights: undefined,
    classes: undefined,
    normalisations: new Map(),
    preprocess: false,
    runnable: false,
    version: "",
  });
  return new Map([
    ["__init__.py", ""],
    ["model.py", model.text],
    ["losses.py", lossesFile(network.graph, { outputs })],
    ["sizes.py", sizesText],
    ["weights.py", weightsText],
    ...(model.helpers.size > 0 ? [["layers.py", layersFile(model.helpers)] as const] : []),
  ]);
}
