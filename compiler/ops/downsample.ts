/** The word `downsample`: a smaller feature map by interpolation or means, by a whole factor or to another feature map. */
import { type PerAxis, perAxis } from "../axis.ts";
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { noMargins } from "./padding.ts";
import { argumentOf, extent, flag, named, positional, required, requiredArgument } from "./parameters.ts";
import type { Call, Lowered, Word } from "./word.ts";

const modes = ["area", "bilinear", "nearest"] as const;

type Mode = (typeof modes)[number];

export const downsampleWord: Word = {
  name: "downsample",
  summary: "A smaller feature map: means of areas, bilinear or nearest.",
  parameters: [
    positional("factor", extent, "How many times as small: ⌊n / factor⌋ positions.", undefined),
    required(
      "mode",
      { kind: "choice", words: modes },
      "How values are taken: area reads all positions, bilinear the two or the one around each centre.",
    ),
    named(
      "to",
      { kind: "map" },
      "Instead of a factor: the feature map whose height and width it takes; area takes the mean of a bin for each of its positions.",
      undefined,
    ),
    named(
      "align_corners",
      flag,
      "Bilinear, with to: the corners of input and output coincide.",
      "false: half-pixel centres",
    ),
  ],
  lower: (call) => {
    const mode = modes.find((each) => each === requiredArgument(call, "mode", "choice")) ?? "area";
    const factor = argumentOf(call, "factor", "extent");
    const to = argumentOf(call, "to", "map");
    const alignCorners = argumentOf(call, "align_corners", "flag") ?? false;
    if (factor === undefined && to === undefined) {
      const needs = "a factor, or to = a feature map";
      return refuse("operations/argument-needed", {
        word: "downsample",
        needs,
        example: `downsample(2, ${mode})`,
      });
    }
    if (factor !== undefined && to !== undefined)
      return exclude("a factor", "to", "the size follows from the other feature map");
    if (alignCorners && (mode !== "bilinear" || to === undefined)) {
      const first = to === undefined ? "a factor" : mode;
      return exclude(
        first,
        "align_corners",
        "corners are aligned in bilinear resampling to another feature map only",
      );
    }
    if (factor !== undefined) return byFactor(call, mode, factor);
    return to === undefined
      ? []
      : [
          {
            operation: "resize_to",
            attributes: { mode, alignCorners },
            inputs: [call.current.node, to.node],
          },
        ];
  },
};

/**
 * The positions that the means are taken over, `factor` apart: all of them; the centre, which is between two where the factor is
 * even; the first. What is left at the end, less than a factor, is not read.
 */
function byFactor(call: Call, mode: Mode, factor: PerAxis<number>): readonly Lowered[] {
  const kernel = perAxis((axis) => {
    if (mode === "area") return factor[axis];
    return mode === "bilinear" && factor[axis] % 2 === 0 ? 2 : 1;
  });
  const margins = perAxis((axis) => {
    const unread = factor[axis] - kernel[axis];
    return mode === "nearest" ? { before: 0, after: unread } : { before: unread / 2, after: unread / 2 };
  });
  const cuts = margins.some(({ before, after }) => before > 0 || after > 0);
  const pool = {
    kernel,
    stride: factor,
    dilation: [1, 1],
    padding: perAxis(() => noMargins),
    ceil: false,
  } as const;
  return [
    ...(cuts ? [{ operation: "crop", attributes: { margins }, inputs: [call.current.node] } as const] : []),
    { operation: "avgpool", attributes: pool, inputs: [cuts ? -1 : call.current.node] },
  ];
}

function exclude(first: string, second: string, reason: string): Refusal {
  return refuse("operations/arguments-exclude", { word: "downsample", first, second, reason }, second);
}
