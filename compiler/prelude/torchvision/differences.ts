/** In what a call of an encoder is not torchvision's network, though all weights have its shapes: its features then differ with the same weights. */
import type { GraphNode } from "../../network/graph.ts";

export interface EncoderLayers {
  /** A layer by torchvision's name. */
  readonly at: (path: string) => GraphNode | undefined;
  /** The layers without weights. */
  readonly others: readonly GraphNode[];
}

/** In words, for a person; empty where nothing is known to differ. */
export function differencesFromTorchvision({ at, others }: EncoderLayers): readonly string[] {
  const border = outerPadding(at("features.0"));
  return [
    ...([2, 3, 4].some((stage) => hasStrideFirst(at, stage))
      ? [
          "stages have their stride in the first 1x1 convolution (`stride_in = first`), where torchvision's weights were trained with it in the 3x3: the features differ from torchvision's",
        ]
      : []),
    ...(others.some(({ attributes }) => "ceil" in attributes && attributes.ceil)
      ? [
          "pools round sizes up (`ceil`), torchvision's down: the features are torchvision's only at sizes where nothing is rounded",
        ]
      : []),
    ...(border > 1
      ? [
          `the first convolution pads by ${border} pixels, torchvision's by 1: the features near the edge differ`,
        ]
      : []),
  ];
}

/** Of a stage of bottlenecks that changes resolution, or is dilated in place of it (`dilated to`). */
function hasStrideFirst(at: EncoderLayers["at"], stage: number): boolean {
  const [one, three, before] = [
    at(`layer${stage}.0.conv1`),
    at(`layer${stage}.0.conv2`),
    at(`layer${stage - 1}.1.conv2`),
  ];
  if (at(`layer${stage}.0.conv3`) === undefined) return false;
  // where the 3x3 has the stride, it is the next block that is dilated
  return (
    of(one, "stride") > 1 || (of(three, "stride") === 1 && of(three, "dilation") > of(before, "dilation"))
  );
}

/** The larger along both axes. */
function of(node: GraphNode | undefined, what: "stride" | "dilation"): number {
  if (node === undefined || !("stride" in node.attributes && "dilation" in node.attributes)) return 1;
  return Math.max(...node.attributes[what]);
}

function outerPadding(node: GraphNode | undefined): number {
  if (node === undefined || !("padding" in node.attributes)) return 0;
  return Math.max(...node.attributes.padding.map(({ before }) => before));
}
