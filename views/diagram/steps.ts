/** The operations between two feature maps of the figure as one step: its words, colour, tooltip and link. */
import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import type { GraphNode } from "../../compiler/network/graph.ts";
import { type Drawn, linkTo } from "./drawn.ts";
import type { Line, Step, StepKind } from "./figure.ts";
import { operationWords, tailWords, type Words } from "./step-words.ts";
import { stepTooltip } from "./tooltips.ts";

export interface StepPlace {
  readonly changesRow: boolean;
  readonly skip: boolean;
}

export function makeStep(
  drawn: Drawn,
  nodes: readonly GraphNode[],
  from: number,
  to: number,
  place: StepPlace,
): Step {
  const firstHead = nodes.findIndex((node) => tailWords[node.operation] === undefined);
  const heads = nodes.filter((node, at) => tailWords[node.operation] === undefined || at < firstHead);
  const tails = nodes.filter((node) => !heads.includes(node));
  const headLines = (form: keyof Words): readonly Line[] =>
    heads.flatMap((node) =>
      operationWords(node, cutOf(node, drawn))[form].map((text) => ({
        text,
        training: node.operation === "dropout",
      })),
    );
  const frozen = nodes.some((node) => "frozen" in node.attributes && node.attributes.frozen);
  const main = nodes[firstHead] ?? nodes[0];
  return {
    from,
    to,
    kind: kindOf(nodes, place),
    nodes: nodes.map((node) => node.id),
    head: headLines("short"),
    longHead: headLines("long"),
    tail: [
      ...tails.map((node) => ({
        text: tailWords[node.operation]?.(node) ?? node.operation,
        training: node.operation === "dropout",
      })),
      ...(frozen ? [{ text: "frozen", training: false }] : []),
    ],
    skip: place.skip,
    times: 1,
    tooltip: stepTooltip(nodes, drawn),
    url: main === undefined ? undefined : linkTo(main, drawn),
  };
}

/** Positions cropped before the first: at the sizes asked for, or where it is one number at all. */
function cutOf(node: GraphNode, { shaped }: Drawn): PerAxis<number> | undefined {
  if (node.operation !== "crop_to") return undefined;
  const [y, x] = perAxis((axis) => shaped?.cuts.get(node.id)?.[axis] ?? node.attributes.offset[axis]);
  return y === undefined || x === undefined ? undefined : [y, x];
}

const raising: ReadonlySet<GraphNode["operation"]> = new Set([
  "transposed_conv",
  "resize",
  "resize_to",
  "unpool",
  "bed_of_nails",
  "pixel_shuffle",
]);
const weighted: ReadonlySet<GraphNode["operation"]> = new Set(["conv", "transposed_conv", "dense"]);
const pooling: ReadonlySet<GraphNode["operation"]> = new Set([
  "maxpool",
  "avgpool",
  "adaptive_pool",
  "global_pool",
  "pixel_unshuffle",
]);

function kindOf(nodes: readonly GraphNode[], { changesRow }: StepPlace): StepKind {
  if (nodes.length === 0 || nodes.every((node) => node.operation === "crop_to")) return "pass";
  if (nodes.some((node) => pooling.has(node.operation))) return "down";
  if (
    nodes.some((node) => raising.has(node.operation) && (changesRow || node.operation !== "transposed_conv"))
  )
    return "up";
  return nodes.some((node) => weighted.has(node.operation)) ? "convolution" : "other";
}
