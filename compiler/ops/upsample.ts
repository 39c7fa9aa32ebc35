/** The word `upsample`: learned (a transposed convolution), bilinear or nearest, by a factor or to another feature map. */

import { perAxis } from "../axis.ts";
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import { noMargins } from "./padding.ts";
import {
  argumentOf,
  count,
  extent,
  flag,
  named,
  positional,
  required,
  requiredArgument,
  weightArguments,
  weightParameters,
} from "./parameters.ts";
import type { Call, Lowered, Word } from "./word.ts";

/** Only a learned upsampling has weights. */
const learnedOnly = ["kernel", "channels", ...weightParameters.map((parameter) => parameter.name)];

export const upsampleWord: Word = {
  name: "upsample",
  summary: "A larger feature map: learned, bilinear or nearest.",
  parameters: [
    positional("factor", extent, "How many times as large.", undefined),
    required(
      "mode",
      { kind: "choice", words: ["nearest", "bilinear", "learned"] },
      "How values are interpolated.",
    ),
    named(
      "to",
      { kind: "map" },
      "Instead of a factor: the feature map whose height and width it takes.",
      undefined,
    ),
    named(
      "kernel",
      extent,
      "Learned: height and width of the kernel.",
      "the factor: exactly factor times the size",
    ),
    named("channels", count, "Learned: channels of the result.", "those of the input"),
    ...weightParameters,
    named(
      "align_corners",
      flag,
      "Bilinear: the corners of input and output coincide.",
      "false: half-pixel centres",
    ),
  ],
  lower: (call) => {
    const mode = requiredArgument(call, "mode", "choice");
    const factor = argumentOf(call, "factor", "extent");
    const to = argumentOf(call, "to", "map");
    const alignCorners = argumentOf(call, "align_corners", "flag") ?? false;
    if (factor === undefined && to === undefined) {
      const facts = {
        word: "upsample",
        needs: "a factor, or to = a feature map",
        example: `upsample(2, ${mode})`,
      };
      return refuse("operations/argument-needed", facts);
    }
    if (factor !== undefined && to !== undefined) {
      return exclude("a factor", "to", "the size follows from the other feature map", "to");
    }
    if (alignCorners && mode !== "bilinear") {
      return exclude(
        mode,
        "align_corners",
        "corners are aligned in bilinear upsampling only",
        "align_corners",
      );
    }
    if (mode === "learned") {
      const reason = "a transposed convolution multiplies the size by a factor";
      return factor === undefined ? exclude("learned", "to", reason, "to") : learned(call, factor);
    }
    const weighted = learnedOnly.find((parameter) => call.arguments.has(parameter));
    if (weighted !== undefined)
      return exclude(mode, weighted, "only a learned upsampling has weights", weighted);
    return [
      resampled(
        call.current.node,
        mode === "nearest" ? "nearest" : "bilinear",
        alignCorners,
        factor,
        to?.node,
      ),
    ];
  },
};

/** Padding 0, whatever the kernel: factor·(n − 1) + kernel positions (Long, Shelhamer & Darrell 2015, section 3.3). */
function learned(call: Call, factor: readonly [number, number]): readonly Lowered[] {
  const attributes = {
    channels: argumentOf(call, "channels", "count") ?? call.current.channels,
    kernel: argumentOf(call, "kernel", "extent") ?? factor,
    stride: factor,
    padding: perAxis(() => noMargins),
    ...weightArguments(call),
  };
  return [{ operation: "transposed_conv", attributes, inputs: [call.current.node] }];
}

function exclude(first: string, second: string, reason: string, parameter: string): Refusal {
  return refuse("operations/arguments-exclude", { word: "upsample", first, second, reason }, parameter);
}

function resampled(
  node: number,
  mode: "nearest" | "bilinear",
  alignCorners: boolean,
  factor: readonly [number, number] | undefined,
  to: number | undefined,
): Lowered {
  if (factor !== undefined)
    return { operation: "resize", attributes: { mode, factor, alignCorners }, inputs: [node] };
  if (to === undefined) throw new Error("upsample has neither factor nor map, which was refused before");
  return { operation: "resize_to", attributes: { mode, alignCorners }, inputs: [node, to] };
}
