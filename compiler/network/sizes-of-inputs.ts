/** The values of a graph's size symbols, solved from the heights and widths of actual inputs. */
import type { PerAxis } from "../axis.ts";
import { isInput } from "../ops/input.ts";
import type { InputDimension } from "../ops/operation.ts";
import type { Graph } from "./graph.ts";
import { nearestAccepted } from "./nearest-accepted.ts";
import type { ShapeRefusal } from "./shape-refusal.ts";

const axisNames = ["height", "width"] as const;

/**
 * `inputs`: [height, width] in pixels by input name. Every input must be given; its dimension is
 * scale·symbol + shift, so a size must be `shift` past a multiple of `scale`, and inputs that share a symbol agree on it.
 */
export function sizesOfInputs(
  graph: Graph,
  inputs: ReadonlyMap<string, PerAxis<number>>,
): ReadonlyMap<string, number> | ShapeRefusal {
  const solved = new Map<string, { readonly size: number; readonly by: string }>();
  const known = new Set<string>();
  for (const id of graph.inputs) {
    const node = graph.nodes[id];
    if (node === undefined || !isInput(node))
      throw new Error(`input ${id} of ${graph.name} is not an input node`);
    const { name, size: dimensions } = node.attributes;
    known.add(name);
    const given = inputs.get(name);
    if (given === undefined)
      return refuseInput(graph, undefined, undefined, `no size is given for its input "${name}"`);
    for (const axis of [0, 1] as const) {
      const dimension = dimensions[axis];
      const what = `${axisNames[axis]} ${given[axis]} of "${name}"`;
      const size = solve(dimension, given[axis]);
      if (size === undefined) {
        return refuseInput(graph, dimension.symbol, undefined, `the ${what} is not ${written(dimension)}`);
      }
      if (dimension.symbol === undefined) continue;
      const before = solved.get(dimension.symbol);
      if (before !== undefined && before.size !== size) {
        const clash = `the ${before.by} makes ${dimension.symbol} ${before.size}, the ${what} makes it ${size}`;
        return refuseInput(graph, dimension.symbol, size, clash);
      }
      solved.set(dimension.symbol, { size, by: what });
    }
  }
  for (const name of inputs.keys()) {
    if (!known.has(name)) {
      const have = [...known].map((known) => `"${known}"`).join(", ");
      return refuseInput(graph, undefined, undefined, `it has no input "${name}", only ${have}`);
    }
  }
  return new Map([...solved].map(([symbol, { size }]) => [symbol, size]));
}

/** `undefined`: no whole symbol gives that size. A constant dimension solves to itself. */
function solve(dimension: InputDimension, cells: number): number | undefined {
  if (dimension.symbol === undefined) return cells === dimension.shift ? cells : undefined;
  const size = (cells - dimension.shift) / dimension.scale;
  return Number.isInteger(size) && size >= 0 ? size : undefined;
}

function written({ symbol, scale, shift }: InputDimension): string {
  if (symbol === undefined) return `${shift}`;
  const product = scale === 1 ? symbol : `${scale}${symbol}`;
  return shift === 0 ? product : shift > 0 ? `${product} + ${shift}` : `${product} - ${-shift}`;
}

function refuseInput(
  graph: Graph,
  symbol: string | undefined,
  size: number | undefined,
  reason: string,
): ShapeRefusal {
  const accepted = symbol === undefined ? undefined : graph.accepts.get(symbol);
  const near = accepted === undefined || size === undefined ? undefined : nearestAccepted(accepted, size);
  return {
    kind: "refused",
    message: `${graph.name} does not take these inputs: ${reason}`,
    node: undefined,
    symbol,
    size,
    accepted,
    below: near?.below,
    above: near?.above,
  };
}
