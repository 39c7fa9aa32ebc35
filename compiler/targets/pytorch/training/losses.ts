/** `losses.py`: the loss of the `train` section. */
import type { TrainConfiguration } from "../../../learning/configuration.ts";
import { usualShare } from "../../../learning/losses/ohem-cross-entropy.ts";
import type { LossName, LossTerm } from "../../../learning/losses/registry.ts";
import type { Graph } from "../../../network/graph.ts";
import { comparedForm } from "../../../tensors/losses/formulas.ts";
import { identifier } from "../names.ts";
import { float } from "../rows/notation.ts";
import { type LossHelper, lossHelpers } from "./loss-helpers.ts";
import { lossTexts } from "./loss-texts.ts";

export function lossesFile(graph: Graph, { outputs }: Pick<TrainConfiguration, "outputs">): string {
  const kinds = new Set<LossName>();
  const helpers = new Set<LossHelper>();
  const need = (name: LossHelper): void => {
    helpers.add(name);
    for (const other of lossHelpers[name].needs) need(other);
  };
  const terms: string[] = [];
  const targets: string[] = [];
  for (const { name, loss } of outputs) {
    const output = graph.outputs.find((one) => one.name === name);
    if (output === undefined) throw new Error(`the network has no output ${name}`);
    const field = identifier(name);
    const forms = new Set(loss.map(({ term }) => comparedForm(term.kind)));
    targets.push(`    ${field}: ${targetText(forms)}`);
    for (const { factor, term } of loss) {
      kinds.add(term.kind);
      for (const helper of lossTexts[term.kind].needs) need(helper);
      const form = comparedForm(term.kind);
      const isLogits = form !== "values" && form !== "prediction" && output.node !== output.logits;
      const map = `outputs.${field}${isLogits ? "_logits" : ""}`;
      const target = form === "prediction" ? "" : `, targets["${field}"]`;
      const called = `${term.kind}(${map}${target}${settings(term, name)})`;
      const summed = "reduction" in term && term.reduction === "sum" ? `summed(${called})` : called;
      terms.push(`            (${float(factor)}, ${summed}),`);
    }
  }
  const hasSums = terms.some((term) => term.includes("summed("));
  const used = [
    ...[...kinds].map((kind) => lossTexts[kind].text),
    ...(hasSums ? [summedText] : []),
    ...(Object.keys(lossHelpers) as LossHelper[])
      .filter((name) => helpers.has(name))
      .map((name) => lossHelpers[name].text),
  ].join("\n\n");
  const classWeights = terms.some((term) => term.includes("self.class_weights"));
  const binWeights = terms.some((term) => term.includes("self.bin_weights"));
  const optional = used.includes("Optional[") || classWeights ? ["Optional"] : [];
  const arrays = used.includes("Array");
  const typing = [...(arrays ? ["Any"] : []), "List", "Mapping", "NamedTuple", ...optional, "Tuple"];
  return `"""The loss of the training, as sums and what they are divided by.

A mean of means is not the mean where images or ranks have different numbers of known
positions: parts of a batch add up their totals and divisors first.
"""

from __future__ import annotations

${used.includes("math.") ? "import math\n" : ""}from typing import ${typing.join(", ")}

${arrays ? "import numpy as np\nimport numpy.typing as npt\n" : ""}import torch
${/\bF\./.test(used) ? "import torch.nn.functional as F\n" : ""}from torch import Tensor, nn

from .model import Outputs
${arrays ? "\nArray = npt.NDArray[Any]\n" : ""}

class Share(NamedTuple):
    """A sum of values, and what it is divided by."""

    total: Tensor
    divisor: Tensor


class Loss(nn.Module):
    """The sum of the terms, each its factor times its total by its divisor.

    Targets by output:
${targets.join("\n")}
    """
${constructorText(classWeights, binWeights)}
    def terms(
        self, outputs: Outputs, targets: Mapping[str, Tensor]
    ) -> List[Tuple[float, Share]]:
        """Factors and terms of one part of a batch."""
        return [
${terms.join("\n")}
        ]

    def forward(self, outputs: Outputs, targets: Mapping[str, Tensor]) -> Tensor:
        """The loss of a whole batch; a term in which nothing counts is 0."""
        terms = self.terms(outputs, targets)
        values = [factor * mean(share) for factor, share in terms]
        return torch.stack(values).sum()


def mean(share: Share) -> Tensor:
    """The total by the divisor; 0 where nothing counts."""
    divisor = share.divisor
    return share.total / torch.where(divisor > 0, divisor, torch.ones_like(divisor))


${used}`;
}

const summedText = `def summed(share: Share) -> Share:
    """The sum itself, undivided."""
    return Share(share.total, torch.ones_like(share.divisor))
`;

function targetText(forms: ReadonlySet<string>): string {
  if (forms.has("classes")) return "classes [batch, height, width]; -1: unknown";
  const what = forms.has("distributions") ? "distributions" : "values";
  return `${what} [batch, channels, height, width]; NaN: unknown`;
}

function settings(term: LossTerm, output: string): string {
  const weights = classWeights(term);
  const weighed = weights === undefined ? "" : `, weights=${weights}`;
  switch (term.kind) {
    case "cross_entropy":
      return `${weighed}${term.labelSmoothing === 0 ? "" : `, smoothing=${float(term.labelSmoothing)}`}`;
    case "soft_cross_entropy":
      return `, self.bin_weights.get("${output}")`;
    case "ohem_cross_entropy":
      return `${term.count === undefined ? `, share=${float(term.share ?? usualShare)}` : `, count=${term.count}`}${weighed}`;
    case "border_cross_entropy":
      return `, ${float(term.strength)}, ${float(term.sigma)}, ${term.background}${weighed}`;
    case "focal":
      return `, ${float(term.gamma)}${weighed}`;
    case "dice":
      return `${term.squared ? ", squared=True" : ""}${weighed}`;
    case "tversky":
      return `, ${float(term.alpha)}, ${float(term.beta)}${weighed}`;
    case "gaussian_focal":
      return `, ${float(term.alpha)}, ${float(term.beta)}`;
    case "huber":
      return `, ${float(term.threshold)}`;
    case "scale_invariant":
      return `, ${float(term.balance)}`;
    default:
      return weighed;
  }
}

function classWeights(term: LossTerm): string | undefined {
  if (!("weights" in term) || term.weights === undefined) return undefined;
  if (typeof term.weights === "string") return "self.class_weights";
  return `torch.tensor([${term.weights.map(float).join(", ")}])`;
}

/** Class weights are numbers of the program or measured on the training set; bins of colour are measured. */
function constructorText(classWeights: boolean, binWeights: boolean): string {
  if (!classWeights && !binWeights) return "";
  const given = [
    ...(classWeights ? ["class_weights: Optional[Tensor] = None"] : []),
    ...(binWeights ? ["bin_weights: Mapping[str, Tensor] = {}"] : []),
  ];
  return `
    def __init__(self, ${given.join(", ")}) -> None:
        super().__init__()
${classWeights ? "        self.class_weights = class_weights\n" : ""}${binWeights ? "        self.bin_weights = bin_weights\n" : ""}`;
}
