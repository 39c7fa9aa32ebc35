/** What an operation of the figure is called: its kernel, and stride, dilation, groups and padding where not the default. */

import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import type { GraphNode } from "../../compiler/network/graph.ts";
import type { Margins } from "../../compiler/ops/operation.ts";
import { operationOf } from "../../compiler/ops/registry.ts";

export interface Words {
  /** Over a level arrow, where the legend says that a bare kernel is a convolution. */
  readonly short: readonly string[];
  /** Beside an arrow between ranks. */
  readonly long: readonly string[];
}

/** Normalisation, activation and dropout: written under the arrow of the operation before them. */
export function isTail(node: GraphNode): boolean {
  const { kind } = operationOf(node);
  return kind === "normalisation" || kind === "activation" || kind === "dropout";
}

/** As the literature writes it: "BN", "leaky ReLU", "dropout 0.5". */
export function labelOf(node: GraphNode): string {
  return operationOf(node).label(node.attributes);
}

/** `cut`: positions cropped before the first, where known. */
export function operationWords(node: GraphNode, cut: PerAxis<number> | undefined): Words {
  switch (node.operation) {
    case "conv": {
      const { kernel, stride, dilation, groups, padding } = node.attributes;
      const inputChannels = (node.weights[0]?.shape[1] ?? 0) * groups;
      const more = [
        ...unless(pair(stride), "1", (text) => `stride ${text}`),
        ...unless(pair(dilation), "1", (text) => `dilation ${text}`),
        ...(groups === 1 ? [] : groups === inputChannels ? ["depthwise"] : [`groups ${groups}`]),
        ...paddingWords(kernel, dilation, padding),
      ];
      return { short: [extent(kernel), ...more], long: [`conv ${extent(kernel)}`, ...more] };
    }
    case "transposed_conv": {
      const { kernel, stride, groups, padding } = node.attributes;
      const cuts = padding.some((axis) => axis.before !== 0 || axis.after !== 0);
      const more = [
        `stride ${pair(stride)}`,
        ...(groups === 1 ? [] : [`groups ${groups}`]),
        ...(cuts ? [`padding ${margins(padding)}`] : []),
      ];
      return {
        short: ["transposed", extent(kernel), ...more],
        long: [`transposed conv ${extent(kernel)}`, ...more],
      };
    }
    case "maxpool":
    case "avgpool": {
      const { kernel, stride, dilation, padding, ceil } = node.attributes;
      const more = [
        ...(pair(stride) === pair(kernel) ? [] : [`stride ${pair(stride)}`]),
        ...unless(pair(dilation), "1", (text) => `dilation ${text}`),
        ...(padding.some((axis) => axis.before !== 0 || axis.after !== 0)
          ? [`padding ${margins(padding)}`]
          : []),
        ...(ceil ? ["ceil"] : []),
      ];
      return {
        short: [node.operation, extent(kernel), ...more],
        long: [`${node.operation} ${extent(kernel)}`, ...more],
      };
    }
    case "adaptive_pool": {
      const pool = node.attributes.kind === "max" ? "maxpool" : "avgpool";
      return both(pool, `${extent(node.attributes.bins)} bins`);
    }
    case "bed_of_nails":
      return {
        short: ["nails", `×${pair(node.attributes.factor)}`],
        long: [`bed of nails ×${pair(node.attributes.factor)}`],
      };
    case "pixel_shuffle":
    case "pixel_unshuffle": {
      const factor = pair(node.attributes.factor);
      return node.operation === "pixel_shuffle"
        ? both("pixel shuffle", `×${factor}`)
        : both("pixel unshuffle", `÷${factor}`);
    }
    case "resize": {
      const { mode, factor, alignCorners } = node.attributes;
      const more = alignCorners ? ["corners aligned"] : [];
      return { short: [mode, `×${pair(factor)}`, ...more], long: [`${mode} ×${pair(factor)}`, ...more] };
    }
    case "resize_to":
      return both(
        `${node.attributes.mode} resize`,
        ...(node.attributes.alignCorners ? ["corners aligned"] : []),
      );
    case "crf":
      return both(
        "CRF",
        ...(node.attributes.window === "all" ? [] : [`window ${extent(node.attributes.window)}`]),
        `${node.attributes.iterations} iterations`,
      );
    case "crop_to":
      return both(cut === undefined ? `crop ${node.attributes.rule}` : `crop ${pair(cut)}`);
    case "crop":
      return both(`crop ${margins(node.attributes.margins)}`);
    case "pad":
      return both(
        `pad ${margins(node.attributes.margins)}`,
        ...(node.attributes.mode === "zeros" ? [] : [node.attributes.mode]),
        ...(node.attributes.mode === "constant" ? [`${node.attributes.value}`] : []),
      );
    default:
      return both(labelOf(node));
  }
}

function both(...lines: string[]): Words {
  return { short: lines, long: lines };
}

function unless(text: string, usual: string, words: (text: string) => string): readonly string[] {
  return text === usual ? [] : [words(text)];
}

/** "3×3": kernels name both axes. */
function extent(value: PerAxis<number>): string {
  return `${value[0]}×${value[1]}`;
}

/** "2", or "2×1" where the axes differ. */
function pair(value: PerAxis<number>): string {
  return value[0] === value[1] ? `${value[0]}` : `${value[0]}×${value[1]}`;
}

/** Silent for the language's default, `same`. */
function paddingWords(
  kernel: PerAxis<number>,
  dilation: PerAxis<number>,
  padding: PerAxis<Margins>,
): readonly string[] {
  const spread = perAxis((axis) => (kernel[axis] - 1) * dilation[axis]);
  const same = perAxis((axis) => ({
    before: Math.floor(spread[axis] / 2),
    after: Math.ceil(spread[axis] / 2),
  }));
  if (margins(padding) === margins(same)) return [];
  return margins(padding) === "0" ? ["valid"] : [`padding ${margins(padding)}`];
}

/** "1"; "1, 2" for y and x; "1–2" for before and after. */
function margins(value: PerAxis<Margins>): string {
  const [y, x] = value.map(({ before, after }) => (before === after ? `${before}` : `${before}–${after}`));
  return y === x ? `${y}` : `${y}, ${x}`;
}
