/** What a figure is made from: the graph, its shapes at a size, and addresses of its source. */

import type { Graph, GraphNode } from "../../compiler/network/graph.ts";
import type { ShapedGraph } from "../../compiler/network/shape-graph.ts";
import type { Span } from "../../grammar/span.ts";

export interface Drawn {
  readonly graph: Graph;
  /** The same graph at concrete sizes, for numbers in place of formulas. */
  readonly shaped: ShapedGraph | undefined;
  /** MACs by node id, at those sizes. */
  readonly multiplyAdds: readonly number[] | undefined;
  /** The nodes whose weights are those of another node too. */
  readonly shared?: ReadonlySet<number>;
  /** The address of a place in the source. */
  readonly sourceLink: ((span: Span) => string) | undefined;
}

export function linkTo(node: GraphNode, { sourceLink }: Drawn): string | undefined {
  return node.origin.span === undefined ? undefined : sourceLink?.(node.origin.span);
}
