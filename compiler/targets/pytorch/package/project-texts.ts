/** `pyproject.toml` and `README.md` of the package. */
import type { CompiledNetwork } from "../../../compiled-network.ts";
import { fileNamesOf } from "../../../family.ts";
import { type Scene, sceneOfGraph } from "../../../network/scene.ts";
import { isInput } from "../../../ops/input.ts";
import { shapeText } from "../../structure/shapes.ts";
import type { TargetSubject } from "../../target.ts";
import { identifier } from "../names.ts";
import { copiedInputs } from "../predict/predict-file.ts";
import { reasonAgainst } from "../predict/tiles-file.ts";
import { startFile } from "../run/settings.ts";

export function projectText({ name, train }: CompiledNetwork, module: string): string {
  // pip leaves out what is not named; the run's modules read training.json
  const data = ["*.safetensors", ...(train === undefined ? [] : ["*.json"])];
  return `[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"

[project]
name = "${module.replaceAll("_", "-")}"
version = "0.1.0"
description = "The network ${name} for PyTorch"
readme = "README.md"
requires-python = ">=3.8"
dependencies = ["torch>=1.13", "numpy>=1.20", "Pillow>=9.1"]

[tool.setuptools]
packages = ["${module}"]

[tool.setuptools.package-data]
${module} = [${data.map((one) => `"${one}"`).join(", ")}]

[[tool.mypy.overrides]]
module = ["PIL.*"]
ignore_missing_imports = true
`;
}

export function readmeText(subject: TargetSubject, module: string, className: string): string {
  const { network, weights, version } = subject;
  const { graph } = network;
  const inputs = graph.nodes.filter(isInput);
  const shapes = inputs.map((node) => `${node.attributes.name} ${shapeText(graph, node.id)}`).join(", ");
  const outputs = graph.outputs.map(({ name, node }) => `${name} ${shapeText(graph, node)}`).join(", ");
  const given = inputs.map(({ attributes: { name } }) => identifier(name)).join(", ");
  const file =
    weights === undefined
      ? `The package has no weights: \`--weights\` and \`load_weights\` take the \`weights.safetensors\` of a training run, of fcn or of this package.`
      : `The weights are in \`${module}/weights.safetensors\`; \`--weights\` takes others.`;
  const scene = sceneOfGraph(graph);
  const program = `In a program:

\`\`\`python
import torch
from ${module} import ${className}, load_weights

network = ${className}().eval()
metadata = load_weights(network, "${weights === undefined ? "weights.safetensors" : `${module}/weights.safetensors`}")
with torch.no_grad():
    outputs = network(${given})
\`\`\`

Inputs are normalised as in training: (value − mean) / standard deviation per channel, of values from 0 to 1; both are in
\`metadata\`. An input size that the network does not accept is a \`ValueError\` that names the nearest accepted ones${"kind" in scene ? "" : `; \`${module}.fit\` pads images`}.

`;
  return `# ${network.name}

${network.doc === undefined ? "" : `${network.doc.trim()}\n\n`}${shapes} → ${outputs}

Needs PyTorch 1.13 or later, NumPy and Pillow. \`pip install .\` installs the package; in this folder it also runs without installation.

${
  "kind" in scene
    ? `## Use

The sizes of ${scene.first} and ${scene.other} have no fixed ratio, so that they cannot show the same image, and the package reads no files: it has
neither \`data.py\` nor \`predict.py\`.

${program}`
    : `${predictSection(subject, scene, module, file)}${program}${trainSection(subject, module)}${dataSection(subject, module)}`
}Written by fcn ${version}.
`;
}

function predictSection(subject: TargetSubject, scene: Scene, module: string, weights: string): string {
  return `## Predict

\`\`\`sh
python -m ${module}.predict photo.png folder/ --out predictions
\`\`\`

writes ${predictedText(subject)}. ${weights} An image of any size is padded to an accepted one by
mirroring. ${othersText(subject, scene)}${tilesText(subject, scene)} \`--device cuda\` uses a GPU.

`;
}

function trainSection({ network }: TargetSubject, module: string): string {
  const { train } = network;
  if (train === undefined) return "";
  return `## Train

\`\`\`sh
python -m ${module}.train --out run                          # one process
torchrun --nproc_per_node 2 -m ${module}.train --out run     # two processes, each on a GPU if there are any
\`\`\`

trains as the program says: ${train.epochs} ${train.epochs === 1 ? "epoch" : "epochs"} in batches of ${train.batch}, which the processes share. \`--data\` takes another folder of images, \`--epochs\` another
number, \`--device cpu\` does not use GPUs; \`--help\` lists the rest. \`run\` has the best weights (\`weights.safetensors\`), their metrics
(\`metrics.json\`), the log (\`metrics.jsonl\`) and checkpoints. The same command continues a run from its checkpoint, after Ctrl-C too,
with any number of processes; so does \`fcn train --resume\`. Under Python 3.11 the torchrun of PyTorch 1.13 needs
\`--redirects 9:0 --tee 9:0\`.
${startText(network, module)}
`;
}

function dataSection(subject: TargetSubject, module: string): string {
  const { network } = subject;
  return `## Data

${dataReadme(subject, module)}

A training step:

\`\`\`python
from ${module}.data import Samples, batches, collate
from ${module}.losses import Loss
from ${module}.optimizer import optimizer

samples = Samples("train", augment=True)
network.train()
update = optimizer(network)
loss = Loss()
for keys in batches(samples, ${network.train?.batch ?? 4}, epoch=0):
    inputs, targets = collate([samples[key] for key in keys])
    update.zero_grad()
    value = loss(network(**inputs), targets)
    value.backward()
${clipLines(network)}    update.step()
\`\`\`

\`targets\` are by output: classes [batch, height, width], -1 where unknown, or values [batch, channels, height, width], NaN where
unknown.${accumulationText(network)}${averageText(network)}${groupsText(network)}

\`${module}.metrics.Metrics\` measures outputs: \`add(outputs, targets)\` counts a batch, \`values()\` gives the metrics of each output; the
sums of \`state()\` add up over processes.

`;
}

/** The files of an image. */
function predictedText({ network: { graph, train } }: TargetSubject): string {
  const targets = graph.outputs.map(
    ({ name }) => train?.outputs.find((one) => one.name === name)?.target.kind ?? "labels",
  );
  const several = graph.outputs.length > 1;
  const called = fileNamesOf(graph.outputs.map(({ name }) => name));
  const files = called.flatMap((name, place) => {
    if (targets[place] === "image_class")
      return [`\`NAME.${name}.csv\` (the classes of the whole image and their probabilities)`];
    if (targets[place] !== "labels") return [`\`NAME.${name}.png\``];
    return [
      `\`NAME.${several ? `${name}.` : ""}labels.png\` (the class of each pixel, with a palette)`,
      `\`NAME.${several ? `${name}.` : ""}overlay.png\``,
      ...(place === 0 ? ["and, with `--probabilities`, a file for each class"] : []),
    ];
  });
  return files.join(", ");
}

/** Where the images of inputs come from that do not take that of the finest. */
function othersText(subject: TargetSubject, scene: Scene): string {
  const copied = copiedInputs(subject, scene);
  const others = [...scene.inputs.keys()].filter((name) => name !== scene.finest && !copied.includes(name));
  if (others.length === 0) return "";
  const options = others.map((name) => `\`--input ${name}=DIR\``).join(", ");
  return `The images are those of \`${scene.finest}\`; ${options} give${others.length === 1 ? "s" : ""} a folder with a file of the same name for each. `;
}

function tilesText({ network: { graph } }: TargetSubject, scene: Scene): string {
  const reason = reasonAgainst(graph, scene);
  return reason === undefined
    ? "An image with a side above 2048 pixels (`--tile`) is predicted in tiles, with the result of the whole image."
    : `Images with a side above 2048 pixels (\`--tile\`) are refused: ${reason}.`;
}

function dataReadme({ network: { train } }: TargetSubject, module: string): string {
  const data = train?.data;
  const folder =
    data === undefined
      ? "The program names no data: `Samples` looks for images and labels in usual folders of the working directory, such as `images/train` and `labels/train`"
      : `\`${module}.data.Samples\` reads the data of the program, \`${data.kind}("${data.path}")\`: the path is relative to the working directory`;
  return `${folder}; \`Samples("train", root)\` takes another folder. Splits, label values and augmentations are those of the program; a sample is
drawn from the seed, the epoch and its index alone, so that it is the same in every worker and process. Pillow does not read PNG files of several
channels of 16 bits, and embedded colour profiles are not applied.`;
}

/** What the train section does to the gradients, as PyTorch does it. */
function clipLines({ train }: CompiledNetwork): string {
  return (train?.clip ?? [])
    .map(({ kind, most }) => `    torch.nn.utils.clip_grad_${kind}_(network.parameters(), ${most})\n`)
    .join("");
}

function accumulationText({ train }: CompiledNetwork): string {
  if (train?.accumulate === undefined || train.accumulate === 1) return "";
  return ` The train section makes each update from ${train.accumulate} batches: scale the loss of each by its share of the pixels that count, and call \`update.step()\` after the last.`;
}

function averageText({ train }: CompiledNetwork): string {
  if (train?.average === undefined) return "";
  return ` It keeps an exponential moving average of the weights, of decay ${train.average.decay}, by which a run is judged: \`torch.optim.swa_utils.AveragedModel\` averages a module.`;
}

function startText({ train }: CompiledNetwork, module: string): string {
  if (train?.startFrom === undefined) return "";
  const names = train.startAs === undefined ? "" : ` under the names of ${train.startAs}`;
  return `
\`python -m ${module}.train --out run\` starts from the weights of \`${startFile(train.startFrom)}\`${names}, relative to the working directory, where the
package has none of its own; \`--start-from\` takes another file (safetensors, or the state dict of \`torch.save\`), or \`none\`.
`;
}

function groupsText({ train }: CompiledNetwork): string {
  const entries = (["groups", "freeze"] as const).filter((entry) => train?.[entry] !== undefined);
  if (entries.length === 0) return "";
  const names = entries.map((entry) => `\`${entry}\``).join(" and ");
  return ` Its ${names}, for some of the weights, are not part of \`optimizer.py\`: they are parameter groups and \`requires_grad_\` in PyTorch.`;
}
