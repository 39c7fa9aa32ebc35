/** The accepted sizes next to those a person has, and the padding or cropping that gets there. */

import { type PerAxis, perAxis } from "../../axis.ts";
import type { Graph, InputNode } from "../../network/graph.ts";
import { isAccepted, nearestAccepted } from "../../network/nearest-accepted.ts";
import { shapeGraph } from "../../network/shape-graph.ts";
import { shapeOf } from "../../network/totals.ts";
import { isInput } from "../../ops/input.ts";
import type { InputDimension, Margins } from "../../ops/operation.ts";

/** [height, width] in pixels by input name. Inputs left out follow by the symbols they share. */
export type NearAsked = ReadonlyMap<string, PerAxis<number>>;

export interface Near {
  readonly network: string;
  /** Whether every size that was asked about is accepted as it is. */
  readonly accepted: boolean;
  /** The largest accepted sizes that are nowhere larger, and the smallest nowhere smaller; `null`: there are none. */
  readonly below: NearSizes | null;
  readonly above: NearSizes | null;
}

export interface NearSizes {
  readonly inputs: readonly NearInput[];
  readonly outputs: readonly {
    readonly name: string;
    readonly channels: number;
    readonly height: number;
    readonly width: number;
  }[];
}

export interface NearInput {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  /**
   * Pixels to add at each side of what was asked about, or to crop where negative; `null` for an input that was not asked about.
   */
  readonly change: { readonly height: Margins; readonly width: Margins } | null;
}

export type NearRefusal =
  /** No input has the name that was asked about. */
  | { readonly kind: "unknown-input"; readonly name: string; readonly inputs: readonly string[] }
  /** What this size symbol is does not follow from the sizes given. */
  | { readonly kind: "size-missing"; readonly symbol: string; readonly inputs: readonly string[] };

/** Refused: no input has that name, or the size of some input does not follow from those asked about. */
export function nearSizes(graph: Graph, asked: NearAsked): Near | NearRefusal {
  const inputs = graph.inputs.flatMap((id) => {
    const node = graph.nodes[id];
    return node !== undefined && isInput(node) ? [node] : [];
  });
  const names = inputs.map(({ attributes }) => attributes.name);
  const stray = [...asked.keys()].find((name) => !names.includes(name));
  if (stray !== undefined) return { kind: "unknown-input", name: stray, inputs: names };
  const wanted = wantedOf(inputs, asked);
  for (const symbol of graph.accepts.keys()) {
    if (!wanted.has(symbol)) return { kind: "size-missing", symbol, inputs: names };
  }
  const sides = { below: new Map<string, number>(), above: new Map<string, number>() };
  const possible = { below: true, above: true };
  for (const [symbol, values] of wanted) {
    const set = graph.accepts.get(symbol);
    const least = Math.min(...values);
    const most = Math.max(...values);
    const under = set && (isAccepted(set, least) ? least : nearestAccepted(set, least).below);
    const over = set && (isAccepted(set, most) ? most : nearestAccepted(set, most).above);
    if (under === undefined) possible.below = false;
    else sides.below.set(symbol, under);
    if (over === undefined) possible.above = false;
    else sides.above.set(symbol, over);
  }
  const below = possible.below ? sizesAt(graph, inputs, asked, sides.below) : null;
  const above = possible.above ? sizesAt(graph, inputs, asked, sides.above) : null;
  const fits = (sizes: NearSizes | null, grows: 1 | -1): NearSizes | null =>
    sizes?.inputs.every(
      ({ change }) =>
        change === null || (total(change.height) * grows >= 0 && total(change.width) * grows >= 0),
    )
      ? sizes
      : null;
  const found = { below: fits(below, -1), above: fits(above, 1) };
  const accepted = [found.below, found.above].some((sizes) =>
    sizes?.inputs.every(
      ({ change }) => change === null || (total(change.height) === 0 && total(change.width) === 0),
    ),
  );
  return { network: graph.name, accepted, ...found };
}

/** What every symbol would have to be, which need not be whole. */
function wantedOf(inputs: readonly InputNode[], asked: NearAsked): ReadonlyMap<string, readonly number[]> {
  const wanted = new Map<string, number[]>();
  for (const { attributes } of inputs) {
    const pixels = asked.get(attributes.name);
    if (pixels === undefined) continue;
    for (const axis of [0, 1] as const) {
      const { symbol, scale, shift } = attributes.size[axis];
      if (symbol === undefined) continue;
      const value = (pixels[axis] - shift) / scale;
      wanted.set(symbol, [...(wanted.get(symbol) ?? []), value]);
    }
  }
  return wanted;
}

function sizesAt(
  graph: Graph,
  inputs: readonly InputNode[],
  asked: NearAsked,
  sizes: ReadonlyMap<string, number>,
): NearSizes {
  const shaped = shapeGraph(graph, sizes);
  if (shaped.kind === "refused") throw new Error(`an accepted size was refused: ${shaped.message}`);
  return {
    inputs: inputs.map(({ attributes: { name, size } }) => {
      const [height, width] = perAxis((axis) => pixelsOf(size[axis], sizes));
      const given = asked.get(name);
      const change =
        given === undefined ? null : { height: split(height - given[0]), width: split(width - given[1]) };
      return { name, height, width, change };
    }),
    outputs: graph.outputs.map(({ name, node }) => {
      const [channels, height, width] = shapeOf(shaped, node);
      return { name, channels, height, width };
    }),
  };
}

function pixelsOf({ symbol, scale, shift }: InputDimension, sizes: ReadonlyMap<string, number>): number {
  return symbol === undefined ? shift : scale * (sizes.get(symbol) ?? 0) + shift;
}

/** The same on both sides; an odd pixel goes after. */
function split(pixels: number): Margins {
  const before = Math.trunc(pixels / 2);
  return { before, after: pixels - before };
}

export function total({ before, after }: Margins): number {
  return before + after;
}
