/** `data.py` and what it is made of: the data of the train section as tensors. */
import type { InputConfiguration, TrainConfiguration } from "../../../learning/configuration.ts";
import { defaultOf } from "../../../learning/definition/definition.ts";
import type { FilePatterns } from "../../../learning/definition/files.ts";
import { imageInput } from "../../../learning/inputs/image.ts";
import { imagePixels, inputFile } from "../../../learning/inputs/image-scale.ts";
import { filesReadBy, type TargetConfiguration } from "../../../learning/targets/registry.ts";
import type { Graph } from "../../../network/graph.ts";
import type { Scene } from "../../../network/scene.ts";
import { isInput } from "../../../ops/input.ts";
import { inputAt } from "../../../ops/rules.ts";
import { imagenet, imagenetInputs } from "../../../prelude/torchvision/preparation.ts";
import { torchvisionEncodersOf } from "../../../prelude/torchvision/weight-names.ts";
import { lcm } from "../../../sizes/integers.ts";
import { usualTraining } from "../../structure/usual-training.ts";
import type { Normalisation, TargetSubject } from "../../target.ts";
import { identifier } from "../names.ts";
import { augmentCalls, augmentFile, cropText, oddTurns } from "./augment/augment-file.ts";
import { canvasText } from "./canvas-text.ts";
import { classNames } from "./class-names.ts";
import { dataText, filesFile } from "./files/files-file.ts";
import { fitFile, ratio } from "./fit-file.ts";
import { imagesText } from "./images-text.ts";
import { Code, call, dictionary, imports, python, type Value } from "./python-text.ts";
import { randomText } from "./random-text.ts";
import { alignPeaksText, samplesText } from "./samples-text.ts";
import { type SourceName, sourcesFile } from "./sources/sources-file.ts";

/** Every module that `data.py` needs, and itself, by name; lines may be long. */
export function dataFiles(subject: TargetSubject, scene: Scene): readonly (readonly [string, string])[] {
  const { graph, train } = subject.network;
  const learned = learnedOf(subject);
  const text = dataText(train?.data, {
    wantsLabels: learned.some(({ from }) => from === "labels"),
    own: ownFiles(graph, train, learned),
    masks: train?.masks,
  });
  const sources = new Set<SourceName>(["Image", ...learned.map(({ source }) => source)]);
  return [
    ["random_numbers.py", randomText],
    ["images.py", imagesText],
    ["canvas.py", canvasText],
    ["augment.py", augmentFile(train?.augment ?? [])],
    ["files.py", filesFile(text)],
    ["sources.py", sourcesFile(sources)],
    ["fit.py", fitFile(graph, scene, imagePixels(scene, inputsOf(graph, train)))],
    ["data.py", dataFile(subject, scene, learned, text)],
  ];
}

/** What an output learns, and how it is read. */
interface Learned {
  readonly name: string;
  readonly from: ReturnType<typeof filesReadBy>;
  readonly source: SourceName;
  readonly code: Code;
}

function learnedOf({ network: { graph, train } }: TargetSubject): readonly Learned[] {
  const { outputs } = train ?? usualTraining(graph);
  return outputs.flatMap(({ name, target }) => {
    const output = graph.outputs.find((one) => one.name === name);
    if (output === undefined) return [];
    const { channels } = inputAt(graph.nodes, output.node).map;
    const [source, given, named] = sourceOf(target, channels, train);
    return [{ name: identifier(name), from: filesReadBy(target), source, code: call(source, given, named) }];
  });
}

type Source = readonly [SourceName, readonly Value[], Readonly<Record<string, Value>>?];

function sourceOf(
  target: TargetConfiguration,
  channels: number,
  train: TrainConfiguration | undefined,
): Source {
  const from = filesReadBy(target);
  const own = typeof from === "object" ? from.files : undefined;
  switch (target.kind) {
    case "labels": {
      const data = train?.data;
      const values = train?.masks.values;
      const numbered = data?.kind === "folder" && data.instances === true;
      const border = data?.kind === "folder" ? data.border : undefined;
      const direct =
        values === undefined ? (train?.masks.classes.length ?? Math.max(2, channels)) : undefined;
      return ["Classes", [new Code("VALUES")], { direct, instances: numbered || undefined, border }];
    }
    case "boundaries":
      return ["Boundaries", own === undefined ? [] : [own]];
    case "depth":
      return ["Depth", [own, target.unit, target.missing, target.log]];
    case "normals":
      return ["Normals", [own]];
    case "image":
      return ["Image", own === undefined ? [channels] : [channels, own]];
    case "chroma":
      return ["Chroma", []];
    case "colour_bins":
      return ["ColourBins", []];
    case "image_class":
      return ["ImageClass", own === undefined ? [target.classes] : [target.classes, own]];
    case "centres":
      return ["Centres", [target.deviation], { names: target.classes, own }];
    case "offsets":
      return ["Offsets", [target.unit], { own }];
  }
}

function inputsOf(
  graph: Graph,
  train: TrainConfiguration | undefined,
): readonly (InputConfiguration & { readonly channels: number })[] {
  return graph.nodes.filter(isInput).map(({ attributes: { name, channels } }) => {
    const given = train?.inputs.find((input) => input.name === name);
    return { ...(given ?? defaultOf(imageInput)), name, channels };
  });
}

/** Each pattern once. */
function ownFiles(
  graph: Graph,
  train: TrainConfiguration | undefined,
  learned: readonly Learned[],
): readonly FilePatterns[] {
  const read = [...inputsOf(graph, train), ...learned].flatMap(({ from }) =>
    typeof from === "object" ? [from] : [],
  );
  return [...new Map(read.map((from) => [from.files, from])).values()];
}

function dataFile(
  subject: TargetSubject,
  scene: Scene,
  learned: readonly Learned[],
  text: ReturnType<typeof dataText>,
): string {
  const { network, normalisations } = subject;
  const { graph, train } = network;
  const read = inputsOf(graph, train);
  const scale = imagePixels(scene, read);
  const shown = read.map((input) => ({ ...input, ...inputFile(scene, input, scale) }));
  const inputs = shown.map(({ name, channels, from, noise, shrink, pixels, resized }) => {
    const image = call("Image", from === undefined ? [channels] : [channels, from.files]);
    const given = call("Input", noise === 0 ? [image] : [image, noise], {
      shrink: shrink === 1 ? undefined : shrink,
      resized,
      pixels: pixels === "any" ? new Code("None") : pixels && ratio(pixels),
    });
    return [identifier(name), given] as const;
  });
  const step = shown.reduce(
    (common, { pixels }) =>
      typeof pixels === "object"
        ? pixels.reduce((one, { denominator }) => lcm(one, denominator), common)
        : common,
    1,
  );
  const labelled = learned.find(({ source }) => source === "Classes");
  const values = labelled !== undefined && text.values === undefined ? valuesText(train) : "";
  const names = classNames(subject, 2);
  const calls = augmentCalls(train?.augment ?? []);
  const bins = learned.filter(({ source }) => source === "ColourBins").map(({ name }) => name);
  const types = [
    ...new Set(["Image", ...learned.map(({ source }) => source), ...(bins.length > 0 ? ["Chroma"] : [])]),
  ].sort();
  const targets = dictionary([
    ...learned.map(({ name, code }) => [name, code] as const),
    ...bins.map((name) => [`${name}_chroma`, call("Chroma", [])] as const),
  ]);
  const peaks = learned.filter(({ source }) => source === "Centres").map(({ name }) => name);
  const samples = samplesText
    .replace("TARGETS\n", text.values === undefined ? "TARGETS\n" : "targets_of(folder)\n")
    .replace("ALIGN(", peaks.length > 0 ? "align_target(fit, " : "fit.align(");
  const body = `# Relative to the working directory, where Samples is given no other folder.
DATA = ${python(text.folder)}
SEED = ${train?.seed ?? 1}
CLASSES = ${python(names)}
${values}Source = ${types.length === 1 ? types[0] : `Union[${types.join(", ")}]`}


class Input(NamedTuple):
    source: Image
    # Standard deviation of the noise on it.
    noise: float = 0.0
    # Pixels of what is shown, by as many, that become one of the input.
    shrink: int = 1
    # The size to which all that is shown is resized.
    resized: Optional[Tuple[int, int]] = None
    # Pixels of its file for each of the data's images; None: of any size.
    pixels: Optional[Ratio] = SAME


class Normalisation(NamedTuple):
    """(value - mean) / deviation of each channel."""

    mean: Sequence[float]
    deviation: Sequence[float]


INPUTS: Mapping[str, Input] = ${dictionary(inputs)}
${text.values === undefined ? `TARGETS: Mapping[str, Source] = ${targets}\n` : ""}# Further targets, for the metrics, with the output whose positions they have.
EXTRAS: Mapping[str, str] = ${dictionary(bins.map((name) => [`${name}_chroma`, name]))}
${peaks.length > 0 ? `# Targets whose largest values are points.\nPEAKS: Sequence[str] = ${python(peaks)}\n` : ""}# Of whose classes windows are drawn.
CLASS_TARGET: Optional[str] = ${python(labelled?.name)}
# [height, width] of training images; None: their own.
CROP: Optional[Tuple[int, int]] = ${cropText(train?.augment ?? [])}
# Windows begin at multiples of so many pixels, which are whole pixels of every file.
STEP = ${step}
# Share of the batches turned by 90 or 270 degrees; None: images are turned one by one.
ODD_TURNS: Optional[float] = ${python(oddTurns(train?.augment ?? []))}
# Bytes of decoded files that the processes of a machine keep in memory, of each split.
KEPT_BYTES = 512 * 2**20
# Of the weights; those that are left out are measured on the training images.
NORMALISATIONS: Optional[Mapping[str, Normalisation]] = ${normalisationsText(graph, train, normalisations)}
Array = npt.NDArray[Any]
Tensors = Dict[str, Tensor]
Item = Tuple[Tensors, Tensors]
Key = Union[int, Tuple[int, int], Tuple[int, int, Optional[bool]]]


def find(root: Path) -> Splits:
    """The pairs of the data below a folder."""
    return ${text.find}


${
  text.values === undefined
    ? ""
    : `def targets_of(root: Path) -> Mapping[str, Source]:
    """What each output learns; the values of the classes are in a file of the data."""
    values = ${text.values}
    return ${targets.replaceAll("VALUES", "values").replaceAll("\n", "\n    ")}


`
}def draw_changes(draw: changes.Draw) -> None:
    """The augmentations of the train section, in their order."""
${calls.length === 0 ? "    # There are none." : calls.map((line) => `    ${line}`).join("\n")}


${samples}${peaks.length > 0 ? `\n\n${alignPeaksText}` : ""}`;
  return `"""The data of the training as tensors: images, labels and other targets."""

from __future__ import annotations

${imports(body, [["math"], ["os"], ["fractions", "Fraction"]])}from pathlib import Path
${imports(body, [["typing", "Any", "Dict", "List", "Mapping", "NamedTuple", "Optional", "Sequence", "Tuple", "Union"]])}
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import Dataset, get_worker_info

from . import augment as changes
${imports(body, [
  [".canvas", "resized", "shrunk"],
  [
    ".files",
    "NOTHING",
    "Pair",
    "Patterns",
    "Share",
    "Splits",
    "coco_values",
    "find_coco",
    "find_folder",
    "find_layout",
    "find_list",
    "find_nnunet",
    "find_sets",
    "nnunet_values",
    "read_camvid",
    "read_cityscapes",
    "read_voc",
  ],
  [".fit", "SAME", "Fit", "Ratio", "fit_image"],
  [".images", "read_size"],
  [".random_numbers", "PixelNoise", "Random"],
  [
    ".sources",
    "Boundaries",
    "Centres",
    "Chroma",
    "Classes",
    "ColourBins",
    "Depth",
    "Image",
    "ImageClass",
    "Layer",
    "Normals",
    "Offsets",
    "Values",
  ],
])}
${body}`;
}

function valuesText(train: TrainConfiguration | undefined): string {
  const { classes = [], values = [], ignore = [] } = train?.masks ?? {};
  const known = [
    ...(values ?? []).map(({ className, value }) => [value, classes.indexOf(className)] as const),
    ...ignore.map((value) => [value, -1] as const),
  ];
  const entries = known.map(([value, index]) => `    ${python(value)}: ${index},\n`);
  const written = entries.length === 0 ? "{}" : `{\n${entries.join("")}}`;
  return `# Values of label images, "#rrggbb" for colours, to classes; -1: ignored.\nVALUES: Values = ${written}\n`;
}

function normalisationsText(
  graph: Graph,
  train: TrainConfiguration | undefined,
  normalisations: ReadonlyMap<string, Normalisation>,
): string {
  const encoders = train?.startAs === "torchvision" ? torchvisionEncodersOf(graph) : [];
  const expected = [...imagenetInputs(graph, encoders)].map((name) => [name, imagenet] as const);
  const known = new Map([...expected, ...normalisations]);
  if (known.size === 0) return "None";
  return dictionary(
    [...known].map(([name, { mean, deviation }]) => [
      identifier(name),
      call("Normalisation", [mean, deviation]),
    ]),
  );
}
