/** `settings.py`: the train section as constants. */
import { keptMeasure, type TrainConfiguration } from "../../../learning/configuration.ts";
import type { OptimizerConfiguration } from "../../../learning/optimizers/registry.ts";
import { betterOf, measuresOnDemand } from "../../../learning/targets/registry.ts";
import type { Graph } from "../../../network/graph.ts";
import { isDropout } from "../../../ops/dropout.ts";
import { isInput } from "../../../ops/input.ts";
import { inputAt } from "../../../ops/rules.ts";
import { wrapLines } from "../format/black.ts";
import { identifier } from "../names.ts";
import { float, truth } from "../rows/notation.ts";
import { extentOf } from "./extent.ts";

export function settingsFile(graph: Graph, train: TrainConfiguration): string {
  const { average, keep, startFrom, clip = [], groups = [], freeze = [], accumulate = 1 } = train;
  const { output, measure } = keptMeasure(keep);
  const target = train.outputs.find(({ name }) => name === output)?.target;
  const lower = target === undefined || betterOf(target.kind, measure) === "lower";
  return `"""The training of the program."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Tuple

EPOCHS = ${train.epochs}
# Of all processes together.
BATCH = ${train.batch}
# What becomes of images that do not fill a batch: see \`batches\`.
LAST_BATCH = "${train.lastBatch}"
# Batches that make one update.
ACCUMULATE = ${accumulate}
SEED = ${train.seed}
# The weights that a run loads before its first step, relative to the working directory,
# and whose names they have: None for the program's.
START_FROM: Optional[str] = ${startFrom === undefined ? "None" : quoted(startFile(startFrom))}
START_AS: Optional[str] = ${train.startAs === undefined ? "None" : quoted(train.startAs)}

# In order: each takes the learning rate that the one before gives.
${assigned(
  "SCHEDULE: Tuple[Tuple[str, Mapping[str, Any]], ...]",
  train.schedule.map(({ kind, ...settings }) => `("${kind}", ${dictionary(settings)})`),
)}
# "norm" or "value", and the largest, in order.
${assigned(
  "CLIP: Tuple[Tuple[str, float], ...]",
  clip.map(({ kind, most }) => `("${kind}", ${float(most)})`),
)}
# The decay of the average of the weights that is evaluated and kept.
AVERAGE_DECAY: Optional[float] = ${average === undefined ? "None" : float(average.decay)}
# Weights by name, their learning rate and their weight decay.
${assigned(
  "GROUPS: Tuple[Tuple[str, Optional[float], Optional[float]], ...]",
  groups.map(
    ({ name, learningRate, weightDecay }) =>
      `(${quoted(name)}, ${optional(learningRate)}, ${optional(weightDecay)})`,
  ),
)}
# Weights by name, and the first and the last epoch in which they are frozen.
${assigned(
  "FREEZE: Tuple[Tuple[str, int, Optional[int]], ...]",
  freeze.map(({ name, from, until }) => `(${quoted(name)}, ${from}, ${until ?? "None"})`),
)}

# The output and the measure by which a run is judged, of a class or of all together.
KEEP: Tuple[Optional[str], str, Optional[str]] = (${[output, measure, keep.bestClass].map((one) => (one === undefined ? "None" : quoted(one))).join(", ")})
KEEP_LOWER = ${truth(lower)}
# Whether validation measures what takes time.
EVERYTHING = ${truth(target !== undefined && measuresOnDemand(target.kind).includes(measure))}
# The run ends after so many epochs without improvement.
PATIENCE: Optional[int] = ${keep.patience ?? "None"}

# Inputs as the program calls them.
${assignedDictionary(
  "INPUTS: Dict[str, str]",
  graph.nodes.filter(isInput).map(({ attributes: { name } }) => [identifier(name), quoted(name)]),
)}
# Of each term of the loss its output, and what it is computed from: "positions" and
# "sum" from each by itself, "areas" and "hardest" from the whole batch.
${assigned(
  "TERMS: Tuple[Tuple[str, str], ...]",
  termsOf(train).map(([name, kind]) => `(${quoted(name)}, "${kind}")`),
)}
# Feature maps by their names in \`Outputs\`.
${assignedDictionary("CHANNELS: Dict[str, int]", channelsOf(graph))}
# Whether there are weights that no loss depends on.
HAS_UNTRAINED = ${truth(graph.outputs.length > train.outputs.length)}
# Whether training draws random numbers beside those of the data.
HAS_DROPOUT = ${truth(graph.nodes.some(isDropout))}
# What the loss is given that is measured on the training set.
${assigned(
  "MEASURED: Tuple[Tuple[str, str], ...]",
  measuredBy(train).map(([name, what]) => `("${name}", "${what}")`),
)}
# What PyTorch calls the optimizer's state that checkpoints hold.
${assignedDictionary("MOMENTS: Dict[str, str]", momentsOf(train.optimizer))}
`.replace(/^KEEP: .*$/m, (line) => wrapLines(line));
}

/** A network's name stands for its run in the usual folder. */
export function startFile(startFrom: string): string {
  return /[./\\]/.test(startFrom) ? startFrom : `out/${startFrom}/weights.safetensors`;
}

function termsOf({ outputs }: TrainConfiguration): readonly (readonly [output: string, kind: string])[] {
  return outputs.flatMap(({ name, loss }) =>
    loss.map(({ term }) => {
      const isSum = "reduction" in term && term.reduction === "sum";
      return [name, isSum ? "sum" : extentOf(term.kind)] as const;
    }),
  );
}

function channelsOf(graph: Graph): readonly (readonly [string, string])[] {
  return graph.outputs.flatMap(({ name, node, logits }) => {
    const channels = String(inputAt(graph.nodes, node).map.channels);
    const field = identifier(name);
    return node === logits
      ? [[field, channels] as const]
      : [[field, channels] as const, [`${field}_logits`, channels] as const];
  });
}

function measuredBy({ outputs }: TrainConfiguration): readonly (readonly [name: string, what: string])[] {
  const terms = outputs.flatMap(({ loss }) => loss.map(({ term }) => term));
  const classes = terms.some((term) => "weights" in term && typeof term.weights === "string");
  const bins = terms.some((term) => term.kind === "soft_cross_entropy" && term.rebalance !== undefined);
  return [
    ...(classes ? [["class_weights", "weights of the classes"] as const] : []),
    ...(bins ? [["bin_weights", "weights of the colours"] as const] : []),
  ];
}

function momentsOf(settings: OptimizerConfiguration): readonly (readonly [string, string])[] {
  switch (settings.kind) {
    case "adam":
    case "adamw":
      return [
        ["first_moment", '"exp_avg"'],
        ["second_moment", '"exp_avg_sq"'],
      ];
    case "rmsprop":
      return [
        ["mean_square", '"square_avg"'],
        ...(settings.centered ? [["mean_gradient", '"grad_avg"'] as const] : []),
        ...(settings.momentum === 0 ? [] : [["velocity", '"momentum_buffer"'] as const]),
      ];
    case "sgd":
      return settings.momentum === 0 ? [] : [["velocity", '"momentum_buffer"']];
  }
}

/** A tuple as black writes it. */
function assigned(declared: string, items: readonly string[]): string {
  if (items.length === 0) return `${declared} = ()`;
  const line = `${declared} = (${items.join(", ")}${items.length === 1 ? "," : ""})`;
  return line.length <= 88 ? line : `${declared} = (\n${items.map((item) => `    ${item},\n`).join("")})`;
}

function assignedDictionary(declared: string, entries: readonly (readonly [string, string])[]): string {
  if (entries.length === 0) return `${declared} = {}`;
  const items = entries.map(([name, value]) => `"${name}": ${value}`);
  const line = `${declared} = {${items.join(", ")}}`;
  return line.length <= 88 ? line : `${declared} = {\n${items.map((item) => `    ${item},\n`).join("")}}`;
}

function dictionary(settings: object): string {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined);
  return `{${entries.map(([name, value]) => `"${name}": ${written(value)}`).join(", ")}}`;
}

function written(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(written).join(", ")}]` : String(value);
}

function optional(value: number | undefined): string {
  return value === undefined ? "None" : float(value);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
