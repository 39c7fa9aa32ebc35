/**
 * What is computed together with a convolution: a batch normalisation after it, in its weights, and then a rectifier, in the
 * kernel. Only where nothing else reads the feature maps between.
 */
import type { Graph, GraphNode } from "../../../network/graph.ts";
import { inputAt } from "../../../ops/rules.ts";
import type { Activation, Fusion } from "../row.ts";

/** By the number of the convolution. */
export function fusionsOf(graph: Graph): ReadonlyMap<number, Fusion> {
  const next = onlyReaders(graph);
  return new Map(
    graph.nodes.flatMap((node) => {
      if (!convolutions.has(node.operation)) return [];
      const after = next.get(node.id);
      const batchnorm = after?.operation === "batchnorm" ? after : undefined;
      const candidate = batchnorm === undefined ? after : next.get(batchnorm.id);
      const activation = activations.get(candidate?.operation ?? "");
      const nodes = [batchnorm, activation === undefined ? undefined : candidate].flatMap((each) =>
        each === undefined ? [] : [each.id],
      );
      return nodes.length === 0 ? [] : [[node.id, { folded: batchnorm, activation, nodes }] as const];
    }),
  );
}

const convolutions: ReadonlySet<string> = new Set(["conv", "transposed_conv", "dense"]);

const activations: ReadonlyMap<string, Activation> = new Map([
  ["relu", "Relu"],
  ["relu6", "Relu6"],
]);

/** For each node that one other reads and that is no output, that other. */
function onlyReaders({ nodes, outputs }: Graph): ReadonlyMap<number, GraphNode> {
  const shown = new Set(outputs.map(({ node }) => node));
  const readers = new Map<number, number[]>();
  for (const { id, inputs } of nodes) {
    for (const input of inputs) readers.set(input, [...(readers.get(input) ?? []), id]);
  }
  return new Map(
    [...readers].flatMap(([id, [first, ...others]]) =>
      first === undefined || others.length > 0 || shown.has(id) ? [] : [[id, inputAt(nodes, first)] as const],
    ),
  );
}
