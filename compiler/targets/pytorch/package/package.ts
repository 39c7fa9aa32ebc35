/** The files of the package: `NAME/` with its modules, `pyproject.toml` and `README.md` around it. */
import { type Scene, sceneOfGraph } from "../../../network/scene.ts";
import { usualTraining } from "../../structure/usual-training.ts";
import type { TargetSubject } from "../../target.ts";
import { metadataOf, weightsFile } from "../../weights-file.ts";
import { dataFiles } from "../data/data-file.ts";
import { wrapLines } from "../format/black.ts";
import { layersFile } from "../layers/registry.ts";
import { metricsFile } from "../metrics/metrics-file.ts";
import { writeModel } from "../model/model.ts";
import { sizesText } from "../model/sizes-text.ts";
import { packageName } from "../names.ts";
import { predictFile } from "../predict/predict-file.ts";
import { tilesFile } from "../predict/tiles-file.ts";
import { runFiles } from "../run/run-files.ts";
import { lossesFile } from "../training/losses.ts";
import { optimizerFile } from "../training/optimizer.ts";
import { weightsText } from "../weights/weights-text.ts";
import { projectText, readmeText } from "./project-texts.ts";

/** By path; text or, for weights, bytes. */
export function packageFiles(subject: TargetSubject): ReadonlyMap<string, string | Uint8Array> {
  const { network, weights } = subject;
  const model = writeModel(subject);
  const train = network.train ?? usualTraining(network.graph);
  const name = packageName(network.name);
  // whoever calls a network whose inputs show no common image reads their files
  const scene = sceneOfGraph(network.graph);
  const readsFiles = !("kind" in scene);
  const modules: readonly (readonly [string, string])[] = [
    ["__init__.py", initText(model.className)],
    ["model.py", wrapLines(model.text)],
    ["losses.py", wrapLines(lossesFile(network.graph, train))],
    ["optimizer.py", optimizerFile(train)],
    ["sizes.py", sizesText],
    ["weights.py", weightsText],
    ...(readsFiles ? fileModules(subject, scene, model.className, name) : []),
    ...(model.helpers.size > 0 ? [["layers.py", layersFile(model.helpers)] as const] : []),
  ];
  const files = new Map<string, string | Uint8Array>([
    ["README.md", readmeText(subject, name, model.className)],
    ["pyproject.toml", projectText(network, name)],
    ...modules.map(([file, text]) => [`${name}/${file}`, text] as const),
  ]);
  if (readsFiles)
    for (const [file, text] of runFiles(subject, model.className)) files.set(`${name}/${file}`, text);
  if (weights !== undefined)
    files.set(`${name}/weights.safetensors`, weightsFile(network.graph, weights, metadataOf(subject)));
  return files;
}

/** What reads images and labels, and measures and predicts them. */
function fileModules(
  subject: TargetSubject,
  scene: Scene,
  className: string,
  name: string,
): readonly (readonly [string, string])[] {
  return [
    ["metrics.py", wrapLines(metricsFile(subject))],
    ["tiles.py", wrapLines(tilesFile(subject.network.graph, scene))],
    ["predict.py", wrapLines(predictFile(subject, scene, className, name))],
    ...dataFiles(subject, scene).map(([file, text]) => [file, wrapLines(text)] as const),
  ];
}

function initText(className: string): string {
  return `"""The network \`${className}\` for PyTorch."""

from .model import ${["ACCEPTED_SIZES", className, "Outputs"].sort((a, b) => (a < b ? -1 : 1)).join(", ")}
from .weights import load_weights, save_weights

__all__ = [
    "ACCEPTED_SIZES",
    "${className}",
    "Outputs",
    "load_weights",
    "save_weights",
]
`;
}
