/** The sizes a network accepts: of its size symbols, and of an input along one axis, in its own pixels. */
import type { Graph } from "../../network/graph.ts";
import type { InputDimension } from "../../ops/operation.ts";
import { describeSet } from "../../sizes/describe-set.ts";
import type { AcceptedSizes } from "./inspection.ts";

/** A dimension is scale·symbol + shift; what its symbol accepts, stretched and moved so. */
export function acceptedSizes(graph: Graph, dimension: InputDimension): AcceptedSizes {
  const { symbol, scale, shift } = dimension;
  if (symbol === undefined) return { period: null, residues: [], from: 0, also: [shift] };
  const accepted = graph.accepts.get(symbol);
  if (accepted === undefined) throw new Error(`${graph.name} has no accepted sizes for ${symbol}`);
  const { period, residues, from, also } = describeSet(accepted);
  const pixels = (size: number): number => scale * size + shift;
  if (period === null) return { period, residues: [], from: 0, also: also.map(pixels) };
  const stretched = period * scale;
  const remainder = (size: number): number => ((pixels(size) % stretched) + stretched) % stretched;
  return {
    period: stretched,
    residues: residues.map(remainder).sort((a, b) => a - b),
    from: pixels(from),
    also: also.map(pixels),
  };
}

/** By size symbol. */
export function acceptedSymbols({ accepts }: Graph): Readonly<Record<string, AcceptedSizes>> {
  return Object.fromEntries([...accepts].map(([symbol, set]) => [symbol, describeSet(set)]));
}
