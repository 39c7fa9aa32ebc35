/** Shapes and accepted sizes as `fcn check` writes them, for documentation strings. */
import type { Graph } from "../../network/graph.ts";
import type { InputDimension } from "../../ops/attribute-values.ts";
import { inputAt } from "../../ops/rules.ts";
import { formatSet } from "../../sizes/format-set.ts";
import { formula } from "../../sizes/formula.ts";
import type { SizeFunction } from "../../sizes/size-function.ts";
import { sizeAt } from "../../sizes/size-table.ts";

/** "H mod 16 = 0", or "64" of an input of one size. */
export function acceptedText(graph: Graph, { symbol, scale, shift }: InputDimension): string {
  const set = symbol === undefined ? undefined : graph.accepts.get(symbol);
  if (set === undefined) return String(shift);
  const plain = scale === 1 && shift === 0;
  const pixels = `${scale === 1 ? "" : `${scale}·`}${symbol}${shift === 0 ? "" : ` + ${shift}`}`;
  return `${formatSet(set, { unicode: true })}${plain ? "" : `, of ${pixels} pixels`}`;
}

/** [2, H, W] */
export function shapeText(graph: Graph, node: number): string {
  const { channels, size } = inputAt(graph.nodes, node).map;
  return `[${[channels, ...size.map((one) => sizeText(graph, one))].join(", ")}]`;
}

function sizeText(graph: Graph, size: SizeFunction): string {
  const domain = size.symbol === undefined ? undefined : graph.accepts.get(size.symbol);
  return domain === undefined ? String(sizeAt(size, 0)) : formula(size, domain, { unicode: true });
}
