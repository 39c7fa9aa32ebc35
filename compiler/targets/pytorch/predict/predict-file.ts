/** `predict.py`: predictions of image files, as `fcn predict` writes them. */
import { classPalette } from "../../../colour/class-palette.ts";
import { fileNamesOf } from "../../../family.ts";
import type { TargetConfiguration } from "../../../learning/targets/registry.ts";
import type { Scene } from "../../../network/scene.ts";
import { isInput } from "../../../ops/input.ts";
import { inputAt } from "../../../ops/rules.ts";
import { usualTraining } from "../../structure/usual-training.ts";
import type { TargetSubject } from "../../target.ts";
import { classNames } from "../data/class-names.ts";
import { geometryInScene, ratio } from "../data/fit-file.ts";
import { Code, call, dictionary, imports, python } from "../data/python-text.ts";
import { identifier } from "../names.ts";
import { commandText } from "./command-text.ts";
import {
  copyText,
  keepText,
  linesText,
  objectsText,
  pictureTexts,
  tableCall,
  tableText,
} from "./output-texts.ts";
import { asInputTexts, predictorText } from "./predictor-text.ts";

export function predictFile(
  subject: TargetSubject,
  scene: Scene,
  className: string,
  packageName: string,
): string {
  const { graph, train } = subject.network;
  const inputs = graph.nodes.filter(isInput).map(({ attributes }) => attributes);
  const configured = train?.outputs ?? usualTraining(graph).outputs;
  const files = fileNamesOf(graph.outputs.map(({ name }) => name));
  const outputs = graph.outputs.map(({ name, node }, place) => {
    const target: TargetConfiguration = configured.find((one) => one.name === name)?.target ?? {
      kind: "labels",
    };
    const { channels } = inputAt(graph.nodes, node).map;
    const strides = geometryInScene(graph, node, scene).map((along) =>
      along.kind === "grid" ? along.stride : undefined,
    );
    const [vertical, horizontal] = strides;
    const factor =
      target.kind === "image" &&
      vertical?.numerator === 1 &&
      horizontal?.numerator === 1 &&
      vertical.denominator === horizontal.denominator
        ? vertical.denominator
        : 1;
    return { name, file: files[place] ?? name, target, channels, factor };
  });
  const labelled = outputs.filter(({ target }) => target.kind === "labels");
  const classes = classNames(subject, Math.max(2, ...labelled.map(({ channels }) => channels)));
  const pictures = [...new Set(outputs.flatMap(({ target }) => pictureOf(target)?.name ?? []))];
  const drawn = outputs.map(({ name, file, target, factor }) => {
    const picture = pictureOf(target);
    const given = picture && new Code(picture.code);
    const classes = target.kind === "image_class" ? target.classes : undefined;
    const named = { factor: factor === 1 ? undefined : factor, classes };
    return [identifier(name), call("Output", given === undefined ? [file] : [file, given], named)] as const;
  });
  const hasTables = outputs.some(({ target }) => target.kind === "image_class");
  const temperatures = outputs.flatMap(({ name, target }) =>
    target.kind === "colour_bins" ? [[identifier(name), target.temperature] as const] : [],
  );
  const sizes = [...scene.inputs].flatMap(([name, shown]) =>
    shown.kind === "resized" ? [[identifier(name), shown.size] as const] : [],
  );
  const copies = copiedInputs(subject, scene).map(identifier);
  const points = outputs.flatMap(({ name, target }) =>
    target.kind === "centres"
      ? [[identifier(name), [target.threshold, target.deviation, target.classes]] as const]
      : [],
  );
  const owners = outputs.flatMap(({ name, target }) =>
    target.kind === "offsets" ? [[identifier(name), [target.unit, target.distance]] as const] : [],
  );
  const hasLabels = labelled.length > 0;
  const background = hasLabels ? classes.findIndex((name) => name.toLowerCase() === "background") : -1;
  const pieces = [
    ...(hasTables || points.length > 0 ? [linesText] : []),
    ...(hasTables ? [tableText] : []),
    ...(points.length > 0 ? [objectsText] : []),
    ...pictures.map((name) => pictureTexts[name]),
  ];
  const objectConstants =
    points.length > 0
      ? `# Of centres: the least value, pixels without a larger one, and the names of the classes.
POINTS: Mapping[str, Tuple[float, float, Optional[Sequence[str]]]] = ${dictionary(points)}
# Of offsets to them: pixels that 1 means, and how far a centre may be.
OWNERS: Mapping[str, Tuple[float, float]] = ${dictionary(owners)}
`
      : "";
  const body = `Array = npt.NDArray[Any]
Maps = Dict[str, Tensor]
Draw = Callable[[Array, Array], Array]
${points.length > 0 ? "# Row, column, channel and value.\nPeak = Tuple[int, int, int, float]\n" : ""}
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".gif")
# Inputs as the program calls them, and the channels of their images.
NAMES = ${dictionary(inputs.map(({ name }) => [identifier(name), name]))}
CHANNELS = ${dictionary(inputs.map(({ name, channels }) => [identifier(name), channels]))}
${sizes.length > 0 ? `# Of inputs of one size, to which images are resized.\nSIZES: Mapping[str, Tuple[int, int]] = ${dictionary(sizes)}\n` : ""}${copies.length > 0 ? `# Inputs that take the image of the input INPUT where they are given no other.\nCOPIES: Sequence[str] = ${python(copies)}\n` : ""}CLASSES: Sequence[str] = ${python(classes)}
PALETTE: Sequence[Tuple[int, int, int]] = (
${classPalette(classes.length)
  .map((colour) => `    ${python(colour)},\n`)
  .join("")})


class Output(NamedTuple):
    """What is made of an output."""

    # In names of files.
    name: str
    # None: it distinguishes classes; else the picture of its values and the image.
    picture: Optional[Draw] = None
    # Positions for each pixel along an axis, of which a larger picture is made.
    factor: int = 1
    # Of the whole image: a table of their probabilities is written.
    classes: Sequence[str] = ()


${predictorOf(scene)}

${decodedText(temperatures)}

${commandOf({ copies: copies.length > 0, tables: hasTables, objects: points.length > 0, background }).replace(
  'if __name__ == "__main__":',
  `${pieces.map((text) => `${text}\n\n`).join("")}OUTPUTS = ${dictionary(drawn)}
${objectConstants}
if __name__ == "__main__":`,
)}`.replaceAll("Network()", `${className}()`);
  return `"""Predicts images: python -m ${packageName}.predict IMAGES --out FOLDER."""

from __future__ import annotations

import argparse
import json
${imports(body, [["math"]])}import os
import re
import sys
from fractions import Fraction
from pathlib import Path
${imports(body, [
  ["typing", "Any", "Callable", "Dict", "List", "Mapping", "NamedTuple", "Optional", "Sequence"],
  ["typing", "Tuple", "Union"],
])}
import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn

${imports(body, [
  [".canvas", "resized", "shrunk"],
  [".fit", "GRIDS", "INPUT", "PIXELS", "SAME", "Fit", "fit_image"],
  [".images", "place", "read_finite"],
  [".metrics", "annealed_mean", "chosen_classes", "peaks_in"],
  [".model", className],
  [".sources", "lab_of", "rgb_of"],
  [".tiles", "part_of", "plan_tiles", "tile_size"],
  [".weights", "load_weights"],
])}
${body}`;
}

/** The class, and how it takes images of several inputs. */
function predictorOf(scene: Scene): string {
  const inputs = [...scene.inputs.values()];
  if (inputs.length === 1) return predictorText.replace("AS_INPUT", "image.astype(np.float32)");
  const { head, resized, same, scaled } = asInputTexts;
  const hasResized = inputs.some(({ kind }) => kind === "resized");
  const differ = inputs.some((shown) => shown.kind === "pixels" && ratio(shown.pixels).text !== "SAME");
  return `${predictorText.replace("AS_INPUT", "as_input(name, image.astype(np.float32), (height, width))")}

${head}${hasResized ? resized : ""}${differ ? scaled : same}`;
}

/** The command line, and what it does for outputs and inputs that not every network has. */
function commandOf({
  copies,
  tables,
  objects,
  background,
}: {
  readonly copies: boolean;
  readonly tables: boolean;
  readonly objects: boolean;
  /** The class that is no object; -1: none is called so. */
  readonly background: number;
}): string {
  const kept = keepText(background);
  const pieces = {
    COPIES: copies ? copyText : "",
    TABLE: tables ? tableCall : "",
    BEFORE: objects ? kept.before : "",
    VALUES: objects ? kept.values : "",
    CLASSES: objects ? kept.classes : "",
    AFTER: objects ? kept.after : "",
  };
  return commandText.replaceAll(/^([A-Z]+)(?= {4})/gm, (whole, name: string) =>
    name in pieces ? pieces[name as keyof typeof pieces] : whole,
  );
}

/** Inputs that took the data's images in training, as the finest did. */
export function copiedInputs({ network: { train } }: TargetSubject, { finest }: Scene): readonly string[] {
  const fromImages = (train?.inputs ?? []).filter(({ from }) => from === undefined).map(({ name }) => name);
  return fromImages.includes(finest) ? fromImages.filter((name) => name !== finest) : [];
}

function decodedText(temperatures: readonly (readonly [string, number])[]): string {
  const head = `def decoded(output: str, values: Tensor) -> Tensor:
    """Values as they are shown."""
`;
  if (temperatures.length === 0) return `${head}    return values\n`;
  const lines = temperatures.map(
    ([name, temperature]) =>
      `    if output == ${python(name)}:\n        return annealed_mean(values, ${temperature})\n`,
  );
  return `${head}${lines.join("")}    return values\n`;
}

function pictureOf(
  target: TargetConfiguration,
): { readonly name: keyof typeof pictureTexts; readonly code: string } | undefined {
  const plain = (name: keyof typeof pictureTexts) => ({ name, code: name });
  switch (target.kind) {
    case "labels":
    case "image_class":
      return undefined;
    case "boundaries":
      return plain("grey_picture");
    case "depth":
      return {
        name: "depth_picture",
        code: `depth_picture(${python(target.unit)}, ${python(target.log)})`,
      };
    case "normals":
      return plain("normals_picture");
    case "image":
      return plain("colour_picture");
    case "chroma":
    case "colour_bins":
      return plain("chroma_picture");
    case "centres":
      return plain("heat_picture");
    case "offsets":
      return { name: "offset_picture", code: `offset_picture(${python(target.unit)})` };
  }
}
