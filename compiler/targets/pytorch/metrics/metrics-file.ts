/** `metrics.py`: the measures of every output, under their names in `metrics.jsonl`. */
import { keptMeasure, type TrainConfiguration } from "../../../learning/configuration.ts";
import type { TargetConfiguration } from "../../../learning/targets/registry.ts";
import type { GraphOutput } from "../../../network/graph.ts";
import { inputAt } from "../../../ops/rules.ts";
import { usualTraining } from "../../structure/usual-training.ts";
import type { TargetSubject } from "../../target.ts";
import { classNames } from "../data/class-names.ts";
import { Code, call, dictionary, imports, python, withNeeds } from "../data/python-text.ts";
import { identifier } from "../names.ts";
import { classTexts } from "./class-texts.ts";
import { metricsText } from "./metrics-text.ts";
import { objectTexts } from "./object-texts.ts";
import { valueTexts } from "./value-texts.ts";

const texts = { ...classTexts, ...valueTexts, ...objectTexts };
type TextName = keyof typeof texts;

const needs: { readonly [N in TextName]?: readonly TextName[] } = {
  LabelMeasure: ["outlines"],
  CentreMeasure: ["peaks_in"],
  ChromaMeasure: ["ImageMeasure"],
  BinMeasure: ["ChromaMeasure"],
};

export function metricsFile(subject: TargetSubject): string {
  const { graph, train } = subject.network;
  const { outputs } = train ?? usualTraining(graph);
  const measured = outputs.flatMap(({ name, target }) => {
    const output = graph.outputs.find((one) => one.name === name);
    if (output === undefined) return [];
    const text = measureOf(target, output, demandOf(train, name));
    return [{ name, text, kind: target.kind, channels: inputAt(graph.nodes, output.node).map.channels }];
  });
  const names = withNeeds(
    [...measured.map(({ text: [name] }) => name), "chosen_classes"], // which predict.py imports of every network
    (name) => needs[name] ?? [],
    Object.keys(texts) as TextName[],
  );
  const labelled = measured.filter(({ kind }) => kind === "labels");
  const classes = classNames(subject, Math.max(2, ...labelled.map(({ channels }) => channels)));
  const truths = measured.filter(({ kind }) => kind === "colour_bins").map(({ name }) => identifier(name));
  const entries = measured.map(({ name, text: [, code] }) => [name, code] as const);
  const rows = [...entries].map(([name, code]) => `        ${python(name)}: ${code.text},\n`).join("");
  const body = `Array = npt.NDArray[Any]
Values = Dict[str, Optional[float]]

# The fields of outputs and targets, by the names of the outputs.
FIELDS = ${dictionary(measured.map(({ name }) => [name, identifier(name)]))}
# Targets that are measured in place of those of the loss.
TRUTHS: Mapping[str, str] = ${dictionary(truths.map((name) => [name, `${name}_chroma`]))}
${names.includes("LabelMeasure") ? `CLASSES = ${python(classes)}\n` : ""}

def measures(everything: bool) -> Dict[str, Measure]:
    """Of each output; everything: those too that take time."""
    return {
${rows}    }


${metricsText}

${names.map((name) => texts[name]).join("\n\n")}`;
  return `"""Measures over many images, as sums that add up over processes."""

from __future__ import annotations

${imports(body, [["math"], ["typing", "Any", "Dict", "List", "Mapping", "Optional", "Sequence", "Tuple"]])}
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from .fit import fit_image
${imports(body, [[".sources", "BINS"]])}
${body}`;
}

const always = new Code("True");
const asked = new Code("everything");

/** @param demand the measures that take time and are wanted in training */
function measureOf(
  target: TargetConfiguration,
  { activation }: Pick<GraphOutput, "activation">,
  demand: string | undefined,
): readonly [TextName, Code] {
  switch (target.kind) {
    case "labels": {
      const outlines = demand === "boundary_f" || demand === "hausdorff95" ? always : asked;
      const calibration = demand === "calibration_error" ? always : asked;
      const settings = { outlines, calibration };
      return ["LabelMeasure", call("LabelMeasure", [new Code("CLASSES"), activation], settings)];
    }
    case "boundaries":
      return ["BoundaryMeasure", call("BoundaryMeasure", [])];
    case "depth":
      return ["DepthMeasure", call("DepthMeasure", [target.log])];
    case "normals":
      return ["NormalMeasure", call("NormalMeasure", [])];
    case "image":
      return ["ImageMeasure", call("ImageMeasure", [demand === "ssim" ? always : asked])];
    case "chroma":
      return ["ChromaMeasure", call("ChromaMeasure", [])];
    case "colour_bins":
      return ["BinMeasure", call("BinMeasure", [target.temperature])];
    case "image_class":
      return ["ImageClassMeasure", call("ImageClassMeasure", [])];
    case "centres": {
      const { threshold, deviation, distance } = target;
      return ["CentreMeasure", call("CentreMeasure", [threshold, deviation, distance])];
    }
    case "offsets":
      return ["OffsetMeasure", call("OffsetMeasure", [target.unit])];
  }
}

/** The measure of an output by which the best epoch is kept. */
function demandOf(train: TrainConfiguration | undefined, name: string): string | undefined {
  const kept = train && keptMeasure(train.keep);
  return kept?.output === name ? kept.measure : undefined;
}
