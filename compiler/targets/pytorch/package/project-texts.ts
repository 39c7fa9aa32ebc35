/** `pyproject.toml` and `README.md` of the package. */
import type { CompiledNetwork } from "../../../compiled-network.ts";
import { isInput } from "../../../ops/input.ts";
import { shapeText } from "../../structure/shapes.ts";
import type { TargetSubject } from "../../target.ts";
import { identifier } from "../names.ts";

export function projectText({ name }: CompiledNetwork, module: string): string {
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
${module} = ["*.safetensors"]

[[tool.mypy.overrides]]
module = ["PIL.*"]
ignore_missing_imports = true
`;
}

export function readmeText(
  { network, weights, version }: TargetSubject,
  module: string,
  className: string,
): string {
  const { graph } = network;
  const inputs = graph.nodes.filter(isInput);
  const shapes = inputs.map((node) => `${node.attributes.name} ${shapeText(graph, node.id)}`).join(", ");
  const outputs = graph.outputs.map(({ name, node }) => `${name} ${shapeText(graph, node)}`).join(", ");
  const given = inputs.map(({ attributes: { name } }) => identifier(name)).join(", ");
  const file =
    weights === undefined
      ? "The package has no weights. `load_weights` takes the `weights.safetensors` of a training run of fcn."
      : `The weights are in \`${module}/weights.safetensors\`.`;
  return `# ${network.name}

${network.doc?.trim() ?? ""}

${shapes} → ${outputs}

\`\`\`python
import torch
from ${module} import ${className}, load_weights

network = ${className}().eval()
load_weights(network, "weights.safetensors")
with torch.no_grad():
    outputs = network(${given})
\`\`\`

A training step:

\`\`\`python
from ${module}.losses import Loss
from ${module}.optimizer import optimizer

network.train()
update = optimizer(network)
loss = Loss()
value = loss(network(${given}), targets)
value.backward()
${clipLines(network)}update.step()
\`\`\`

\`targets\` are by output: classes [batch, height, width], -1 where unknown, or values [batch, channels, height, width], NaN where
unknown.${accumulationText(network)}${averageText(network)}${groupsText(network)}

${file} Inputs are normalised as in training: (value − mean) / deviation per channel, of values 0 to 1; mean and deviation are in the
metadata that \`load_weights\` returns. An input size that the network does not accept is a \`ValueError\` with the nearest that are.

Written by fcn ${version}.
`;
}

/** What the train section does to the gradients, as PyTorch does it. */
function clipLines({ train }: CompiledNetwork): string {
  return (train?.clip ?? [])
    .map(({ kind, most }) => `torch.nn.utils.clip_grad_${kind}_(network.parameters(), ${most})\n`)
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

function groupsText({ train }: CompiledNetwork): string {
  const entries = (["groups", "freeze"] as const).filter((entry) => train?.[entry] !== undefined);
  if (entries.length === 0) return "";
  const names = entries.map((entry) => `\`${entry}\``).join(" and ");
  return ` Its ${names}, for some of the weights, are not part of \`optimizer.py\`: they are parameter groups and \`requires_grad_\` in PyTorch.`;
}
