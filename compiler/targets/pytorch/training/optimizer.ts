/** `optimizer.py`: the optimizer of the `train` section. */
import type { TrainConfiguration } from "../../../learning/configuration.ts";
import type { OptimizerConfiguration } from "../../../learning/optimizers/registry.ts";
import { float, truth } from "../rows/notation.ts";

export function optimizerFile({
  optimizer: settings,
  groups = [],
}: Pick<TrainConfiguration, "optimizer" | "groups">): string {
  const decays = settings.weightDecay > 0 || groups.some(({ weightDecay = 0 }) => weightDecay > 0);
  return `"""The optimizer of the training."""

from __future__ import annotations

import torch
from torch import nn

LEARNING_RATE = ${settings.learningRate}


def optimizer(
    network: nn.Module, learning_rate: float = LEARNING_RATE
) -> torch.optim.Optimizer:
    """Of the parameters that are not frozen."""
    parameters = [one for one in network.parameters() if one.requires_grad]
    return torch.optim.${classOf(settings, decays)}(
${given(settings)
  .map((line) => `        ${line},`)
  .join("\n")}
    )
`;
}

/** Both forms of Adam have decoupled weight decay, which PyTorch calls AdamW; it takes longer, and without decay is Adam. */
function classOf({ kind }: OptimizerConfiguration, decays: boolean): string {
  switch (kind) {
    case "sgd":
      return "SGD";
    case "rmsprop":
      return "RMSprop";
    case "adam":
    case "adamw":
      return decays ? "AdamW" : "Adam";
  }
}

function given(settings: OptimizerConfiguration): readonly string[] {
  const decay = `weight_decay=${float(settings.weightDecay)}`;
  if (settings.kind === "sgd") {
    const { momentum, nesterov } = settings;
    return [
      "parameters",
      "lr=learning_rate",
      `momentum=${float(momentum)}`,
      `nesterov=${truth(nesterov)}`,
      decay,
    ];
  }
  if (settings.kind === "rmsprop") {
    const { alpha, momentum, centered, epsilon } = settings;
    return [
      "parameters",
      "lr=learning_rate",
      `alpha=${float(alpha)}`,
      `eps=${epsilon}`,
      decay,
      `momentum=${float(momentum)}`,
      `centered=${truth(centered)}`,
    ];
  }
  const { beta1, beta2, epsilon } = settings;
  return ["parameters", "lr=learning_rate", `betas=(${beta1}, ${beta2})`, `eps=${epsilon}`, decay];
}
