/** Which weights of one network fit another: by name and shape, as `start from` takes them; and which by place, under another name. */
import type { Graph, GraphNode } from "../../network/graph.ts";

export interface WeightDiff {
  /** Same name and shape: `start from` takes these. */
  readonly fitting: readonly string[];
  /** Same name, another shape. */
  readonly reshaped: readonly string[];
  /** Only in the one, and only in the other. */
  readonly unused: readonly string[];
  readonly missing: readonly string[];
  /** Same shape in layers that are matched, under another name: `start from` does not take these. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
}

/** @param pairs layers side by side */
export function weightDiff(
  before: Graph,
  after: Graph,
  pairs: readonly (readonly [GraphNode | undefined, GraphNode | undefined])[],
): WeightDiff {
  const [old, fresh] = [shapesOf(before), shapesOf(after)];
  const shared = [...fresh.keys()].filter((name) => old.has(name));
  const fits = (name: string) => old.get(name) === fresh.get(name);
  return {
    fitting: shared.filter(fits),
    reshaped: shared.filter((name) => !fits(name)),
    unused: [...old.keys()].filter((name) => !fresh.has(name)),
    missing: [...fresh.keys()].filter((name) => !old.has(name)),
    renamed: pairs.flatMap(([a, b]) => (a === undefined || b === undefined ? [] : renamedOf(a, b))),
  };
}

function renamedOf(a: GraphNode, b: GraphNode): WeightDiff["renamed"] {
  if (a.name === b.name) return [];
  return a.weights.flatMap(({ name, shape }) => {
    const other = b.weights.find((weight) => weight.name === name);
    const fits = other !== undefined && `${other.shape}` === `${shape}`;
    return fits ? [{ from: `${a.name}.${name}`, to: `${b.name}.${name}` }] : [];
  });
}

/** By weight name, as files name them. */
function shapesOf(graph: Graph): ReadonlyMap<string, string> {
  return new Map(
    graph.nodes.flatMap((node) =>
      node.weights.map(({ name, shape }) => [`${node.name}.${name}`, `${shape}`] as const),
    ),
  );
}
