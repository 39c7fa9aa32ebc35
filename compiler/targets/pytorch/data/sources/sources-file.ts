/** `sources.py`: what is read of an image for the inputs and outputs of a network. */
import { binSpacing, colourBins } from "../../../../colour/colour-bins.ts";
import { imports, withNeeds } from "../python-text.ts";
import { colourTexts } from "./colour-texts.ts";
import { imageClassTexts } from "./image-class-texts.ts";
import { objectTexts } from "./object-texts.ts";
import { sourceTexts } from "./source-texts.ts";

const texts = { ...sourceTexts, ...colourTexts, ...imageClassTexts, ...objectTexts };
export type SourceName = keyof typeof texts;

const needs: { readonly [N in SourceName]?: readonly SourceName[] } = {
  Image: ["file_of"],
  Classes: ["merged", "drawn"],
  Boundaries: ["file_of"],
  Depth: ["file_of"],
  Normals: ["file_of"],
  Chroma: ["rgb_of"],
  ColourBins: ["Chroma"],
  rgb_of: ["lab_of"],
  ImageClass: ["file_of", "class_in_list"],
  class_in_list: ["separator_of"],
  Centres: ["objects_of"],
  Offsets: ["objects_of"],
  objects_of: ["file_of", "merged", "drawn", "separator_of"],
};

export function sourcesFile(wanted: Iterable<SourceName>): string {
  const names = withNeeds(wanted, (name) => needs[name] ?? [], Object.keys(texts) as SourceName[]);
  const pieces = names.map((name) => texts[name]);
  const hasObjects = names.includes("objects_of");
  const body = [hasObjects ? `${layerText}${centresText}` : layerText, ...pieces].join("\n\n");
  const hasClasses = names.includes("Classes");
  const aliases = [
    "Array = npt.NDArray[Any]\n",
    hasClasses
      ? '# Values of label images, "#rrggbb" for colours, to classes; -1: ignored.\nValues = Mapping[Union[int, str], int]\n'
      : "",
    hasObjects ? "# y and x, in pixels.\nPoint = Tuple[float, float]\n" : "",
    names.includes("ColourBins") ? binsText() : "",
  ].join("");
  const all = `${aliases}\n${body}`;
  return `"""What is known of every pixel of an image: its samples, its class, its depth."""

from __future__ import annotations

${imports(all, [
  ["math"],
  ["os"],
  ["re"],
  ["functools", "lru_cache"],
  ["pathlib", "Path"],
  ["typing", "Any", "Dict", "List", "Mapping", "NamedTuple", "Optional", "Tuple", "Union"],
])}
import numpy as np
import numpy.typing as npt

${imports(all, [
  [".canvas", "Canvas", "resample_nearest", "resample_smoothly"],
  [".files", "Pair"],
  [".images", "LabelImage", "read_finite", "read_integers", "read_label", "read_picture", "read_size"],
])}
${aliases}

${body}`;
}

const layerText = `class Layer(NamedTuple):
    """[height, width, channels]; classes are [height, width]."""

    values: Array
    full_scale: int = 1
`;

const centresText = `    # Of objects by number: y and x in pixels, and the channel of the class.
    centres: Mapping[int, Tuple[float, float, int]] = {}
`;

/** Every a* has the bins of one range of b*. */
function binsText(): string {
  const ranges = new Map<number, [number, number]>();
  for (const { a, b } of colourBins()) {
    const [low, high] = ranges.get(a) ?? [b, b];
    ranges.set(a, [Math.min(low, b), Math.max(high, b)]);
  }
  const rows = [...ranges].map(([a, [low, high]]) => `    (${a}, ${low}, ${high}),\n`);
  return `# The bins of colour: a*, and the least and the largest b*, ${binSpacing} apart.
RANGES = (
${rows.join("")})
BINS = np.array([(a, b) for a, low, high in RANGES for b in range(low, high + 1, ${binSpacing})])
`;
}
