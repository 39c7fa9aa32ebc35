/** The words `maxpool` and `avgpool`: windows, a number of bins, the whole feature map, or the channels of each position. */
import { axes, perAxis } from "../axis.ts";
import { type Refusal, refuse } from "../diagnostics/problem.ts";
import type { PoolAttributes } from "./attributes.ts";
import { sideParameters, sides, sidesOf } from "./margins.ts";
import { noMargins, paddingOf, reachOf, samePadding } from "./padding.ts";
import { argumentOf, extent, flag, named, one, paddingType, positional } from "./parameters.ts";
import type { Call, Lowered, Word } from "./word.ts";

/** Every window must contain a position of the feature map, wherever it is. */
export function checkPadding({ kernel, dilation, padding }: PoolAttributes): Refusal | undefined {
  for (const axis of [0, 1] as const) {
    const most = Math.max(padding[axis].before, padding[axis].after);
    const reach = reachOf(kernel[axis], dilation[axis]);
    if (most < reach) continue;
    const facts = { padding: most, kernel: kernel[axis], reach, axis: axes[axis] };
    return refuse("operations/padding-reaches-kernel", facts, "padding");
  }
  return undefined;
}

function poolWord(name: "maxpool" | "avgpool", kind: "max" | "average", summary: string): Word {
  return {
    name,
    summary,
    parameters: [
      positional("kernel", extent, "Height and width of the window, or one number for both.", undefined),
      named("stride", extent, "Positions from one window to the next.", "the kernel"),
      named("dilate", extent, "Positions from one element of the window to the next.", "1"),
      named(
        "padding",
        paddingType,
        "Padding, which is ignored in every window: same, valid (none), or a number for every side.",
        "valid",
      ),
      ...sideParameters,
      named(
        "ceil",
        flag,
        "Keep a last window that does not fit completely, unless it would start after the feature map.",
        "false",
      ),
      ...(name === "avgpool"
        ? [
            named(
              "count_padding",
              flag,
              "Positions of the padding count as zeros (PyTorch's count_include_pad).",
              "false",
            ),
          ]
        : []),
      named("global", flag, "One window: the whole feature map.", "false"),
      named(
        "bins",
        extent,
        "Instead of a kernel: height and width of the result, for any input size (adaptive pooling).",
        undefined,
      ),
      named(
        "over",
        { kind: "choice", words: ["space", "channels"] },
        "Instead of a kernel: `channels` pools over the channels of each position instead of over positions.",
        "space",
      ),
    ],
    lower: (call) => {
      const global = argumentOf(call, "global", "flag") === true;
      const bins = argumentOf(call, "bins", "extent");
      const channels = argumentOf(call, "over", "choice") === "channels";
      const of = channels ? "over = channels" : global ? "global" : "bins";
      if (!channels && !global && bins === undefined) return windowed(name, call);
      const windows = ["kernel", "stride", "dilate", "padding", ...sides, "ceil", "count_padding"];
      const others = [...windows, ...(channels ? ["global"] : []), ...(of === "bins" ? [] : ["bins"])];
      const other = others.find((parameter) => call.arguments.has(parameter));
      if (other !== undefined) return exclude(name, of, other);
      const inputs = [call.current.node];
      if (channels) return [{ operation: "channel_pool", attributes: { kind }, inputs }];
      if (bins === undefined || (bins[0] === 1 && bins[1] === 1)) {
        return [{ operation: "global_pool", attributes: { kind }, inputs }];
      }
      return [{ operation: "adaptive_pool", attributes: { kind, bins }, inputs }];
    },
  };
}

function windowed(name: "maxpool" | "avgpool", call: Call): readonly Lowered[] | Refusal {
  const kernel = argumentOf(call, "kernel", "extent");
  if (kernel === undefined) {
    const facts = { word: name, needs: "the size of its window, or bins, or global", example: `${name}(2)` };
    return refuse("operations/argument-needed", facts);
  }
  const stride = argumentOf(call, "stride", "extent") ?? kernel;
  const dilation = argumentOf(call, "dilate", "extent") ?? one;
  const around = paddingOf(call, "valid", (axis) => samePadding(kernel[axis], dilation[axis]));
  const padding = sidesOf(call, around);
  const ceil = argumentOf(call, "ceil", "flag") ?? false;
  const attributes: PoolAttributes = { kernel, stride, dilation, padding, ceil };
  const refused = checkPadding(attributes);
  if (refused !== undefined) return refused;
  const inputs = [call.current.node];
  const counted = argumentOf(call, "count_padding", "flag") === true;
  if (!counted || padding.every(({ before, after }) => before === 0 && after === 0))
    return [{ operation: name, attributes, inputs }];
  if (ceil) {
    const reason = "where a last window does not fit, it is not known what counts";
    return refuse(
      "operations/arguments-exclude",
      { word: name, first: "count_padding", second: "ceil", reason },
      "ceil",
    );
  }
  return [
    { operation: "pad", attributes: { margins: padding, mode: "zeros", value: 0 }, inputs },
    { operation: name, attributes: { ...attributes, padding: perAxis(() => noMargins) }, inputs: [-1] },
  ];
}

const exclusive = {
  global: "a global pool has one window, the whole feature map",
  bins: "the windows follow from the number of bins and the feature map's size",
  "over = channels": "the channels of one position are pooled",
} as const;

function exclude(word: string, first: keyof typeof exclusive, second: string): Refusal {
  const reason = exclusive[first];
  return refuse("operations/arguments-exclude", { word, first, second, reason }, second);
}

export const maxpoolWord = poolWord("maxpool", "max", "The maximum of every window.");
export const avgpoolWord = poolWord("avgpool", "average", "The mean of every window.");
