/** An operation as the language would write it with everything that places its positions: `conv(64, 3x3, stride = 2)`. */
import { type PerAxis, perAxis } from "../../axis.ts";
import type { GraphNode } from "../../network/graph.ts";
import type { Attributes } from "../../ops/attributes.ts";
import type { InputDimension, Margins } from "../../ops/operation.ts";
import { samePadding } from "../../ops/padding.ts";

/** Settings of weights, normalisation and dropout are left out: they move and see nothing. */
export function callText(node: GraphNode): string {
  switch (node.operation) {
    case "input": {
      const { name, channels, size } = node.attributes;
      return `input ${name} [${channels}, ${size.map(dimensionText).join(", ")}]`;
    }
    case "conv": {
      const { channels, kernel, stride, dilation, groups, padding } = node.attributes;
      const same = perAxis((axis) => samePadding(kernel[axis], dilation[axis]));
      return call("conv", [
        `${channels}`,
        extent(kernel),
        ...unless(pair(stride), "1", "stride"),
        ...unless(pair(dilation), "1", "dilate"),
        ...unless(`${groups}`, "1", "groups"),
        ...paddingText(padding, same, "same"),
      ]);
    }
    case "transposed_conv": {
      const { channels, kernel, stride, groups, padding } = node.attributes;
      const surplus = perAxis((axis) => kernel[axis] - stride[axis]);
      const same = perAxis((axis) => ({
        before: Math.floor(surplus[axis] / 2),
        after: Math.ceil(surplus[axis] / 2),
      }));
      return call("transposed_conv", [
        `${channels}`,
        extent(kernel),
        ...unless(pair(stride), "1", "stride"),
        ...unless(`${groups}`, "1", "groups"),
        ...paddingText(padding, same, "same"),
      ]);
    }
    case "maxpool":
    case "avgpool":
      return call(node.operation, poolArguments(node.attributes));
    case "adaptive_pool":
      return `${node.attributes.kind === "max" ? "maxpool" : "avgpool"}(bins = ${pair(node.attributes.bins)})`;
    case "global_pool":
      return `${node.attributes.kind === "max" ? "maxpool" : "avgpool"}(global)`;
    case "bed_of_nails":
      return `unpool(${pair(node.attributes.factor)}, nails)`;
    case "resize": {
      const { factor, mode, alignCorners } = node.attributes;
      return call("upsample", [pair(factor), mode, ...(alignCorners ? ["align_corners"] : [])]);
    }
    case "resize_to": {
      const { mode, alignCorners } = node.attributes;
      return call("upsample", ["to = …", mode, ...(alignCorners ? ["align_corners"] : [])]);
    }
    case "pixel_shuffle":
    case "pixel_unshuffle":
      return call(node.operation, [pair(node.attributes.factor)]);
    case "crop_to": {
      const { rule, offset } = node.attributes;
      const cut = offset.map((cells) => (cells === undefined ? "half the difference" : `${cells}`));
      return `crop to …, ${rule}, cutting ${cut[0] === cut[1] ? cut[0] : cut.join(" down and ")}${cut[0] === cut[1] ? "" : " across"}`;
    }
    case "crop":
      return call("crop", marginArguments(node.attributes.margins));
    case "pad": {
      const { margins, mode } = node.attributes;
      return call("pad", [...marginArguments(margins), ...(mode === "zeros" ? [] : [mode])]);
    }
    case "dense":
      return `dense(${node.attributes.channels})`;
    default:
      return node.operation;
  }
}

function poolArguments({
  kernel,
  stride,
  dilation,
  padding,
  ceil,
}: Attributes["maxpool"]): readonly string[] {
  const same = perAxis((axis) => samePadding(kernel[axis], dilation[axis]));
  return [
    extent(kernel),
    ...unless(pair(stride), pair(kernel), "stride"),
    ...unless(pair(dilation), "1", "dilate"),
    ...paddingText(padding, same, "valid"),
    ...(ceil ? ["ceil"] : []),
  ];
}

function call(word: string, parts: readonly string[]): string {
  return `${word}(${parts.join(", ")})`;
}

function unless(text: string, usual: string, parameter: string): readonly string[] {
  return text === usual ? [] : [`${parameter} = ${text}`];
}

/** `usual`: the language's default, which need not be written. */
function paddingText(
  padding: PerAxis<Margins>,
  same: PerAxis<Margins>,
  usual: "same" | "valid",
): readonly string[] {
  const zero = perAxis(() => ({ before: 0, after: 0 }));
  const rules = [
    ["same", same],
    ["valid", zero],
  ] as const;
  const likes = rules.filter(([, margins]) => equal(padding, margins)).map(([name]) => name);
  if (likes.includes(usual)) return [];
  const [name] = likes;
  if (name !== undefined) return [`padding = ${name}`];
  const even = padding.every(({ before, after }) => before === after);
  if (even) return [`padding = ${pair(perAxis((axis) => padding[axis].before))}`];
  const [y, x] = padding.map(({ before, after }) => `${before} before and ${after} after`);
  return [`padding = ${y === x ? y : `${y} (down), ${x} (across)`}`];
}

function marginArguments([y, x]: PerAxis<Margins>): readonly string[] {
  const sides = { top: y.before, right: x.after, bottom: y.after, left: x.before };
  const all = Object.values(sides);
  if (all.every((cells) => cells === all[0])) return [`${all[0]}`];
  return Object.entries(sides).flatMap(([side, cells]) => (cells === 0 ? [] : [`${side} = ${cells}`]));
}

function equal(a: PerAxis<Margins>, b: PerAxis<Margins>): boolean {
  return a.every(({ before, after }, axis) => before === b[axis]?.before && after === b[axis]?.after);
}

/** "3x3": kernels name both axes. */
function extent([y, x]: PerAxis<number>): string {
  return `${y}x${x}`;
}

/** "2", or "2x1" where the axes differ. */
function pair([y, x]: PerAxis<number>): string {
  return y === x ? `${y}` : `${y}x${x}`;
}

function dimensionText({ symbol, scale, shift }: InputDimension): string {
  if (symbol === undefined) return `${shift}`;
  const product = scale === 1 ? symbol : `${scale}*${symbol}`;
  return shift === 0 ? product : shift > 0 ? `${product} + ${shift}` : `${product} - ${-shift}`;
}
