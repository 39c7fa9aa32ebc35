/** The operations between two feature maps of the figure as one step: its words, colour, tooltip and link. */

import { type PerAxis, perAxis } from "../../compiler/axis.ts";
import type { GraphNode } from "../../compiler/network/graph.ts";
import { isCropTo } from "../../compiler/ops/cropping.ts";
import type { Kind } from "../../compiler/ops/operation.ts";
import { operationOf } from "../../compiler/ops/registry.ts";
import { type Drawn, linkTo } from "./drawn.ts";
import type { Line, Step, StepKind } from "./figure.ts";
import { isTail, labelOf, operationWords, type Words } from "./step-words.ts";
import { stepTooltip } from "./tooltips.ts";

export interface StepPlace {
  readonly changesRow: boolean;
  /** What the join that a skip reaches does; left out for other steps. */
  readonly skip: string | undefined;
}

export function makeStep(
  drawn: Drawn,
  nodes: readonly GraphNode[],
  from: number,
  to: number,
  place: StepPlace,
): Step {
  const firstHead = nodes.findIndex((node) => !isTail(node));
  const heads = nodes.filter((node, at) => !isTail(node) || at < firstHead);
  const tails = nodes.filter((node) => !heads.includes(node));
  const headLines = (form: keyof Words): readonly Line[] =>
    heads.flatMap((node) =>
      operationWords(node, cutOf(node, drawn))[form].map((text) => ({
        text,
        training: operationOf(node).kind === "dropout",
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
        text: labelOf(node),
        training: operationOf(node).kind === "dropout",
      })),
      ...(nodes.some((node) => drawn.shared?.has(node.id))
        ? [{ text: "shared weights", training: false }]
        : []),
      ...(frozen ? [{ text: "frozen", training: false }] : []),
    ],
    blocks: [],
    names: [],
    skip: place.skip !== undefined,
    joined: place.skip ?? "",
    times: 1,
    tooltip: stepTooltip(nodes, drawn),
    url: main === undefined ? undefined : linkTo(main, drawn),
  };
}

/** Positions cropped before the first: at the sizes asked for, or where it is one number at all. */
function cutOf(node: GraphNode, { shaped }: Drawn): PerAxis<number> | undefined {
  const offset = operationOf(node).offset?.(node.attributes);
  const [y, x] = perAxis((axis) => shaped?.cuts.get(node.id)?.[axis] ?? offset?.[axis]);
  return y === undefined || x === undefined ? undefined : [y, x];
}

const weighted: ReadonlySet<Kind> = new Set(["convolution", "transposed convolution", "dense"]);

function kindOf(nodes: readonly GraphNode[], { changesRow }: StepPlace): StepKind {
  if (nodes.every(isCropTo)) return "pass";
  const kinds = nodes.map((node) => operationOf(node).kind);
  if (kinds.includes("pool")) return "down";
  if (kinds.includes("resampling") || (changesRow && kinds.includes("transposed convolution"))) return "up";
  return nodes.some(isWeighted) ? "convolution" : "other";
}

/** Convolutions and dense layers. */
export function isWeighted(node: GraphNode): boolean {
  return weighted.has(operationOf(node).kind);
}
