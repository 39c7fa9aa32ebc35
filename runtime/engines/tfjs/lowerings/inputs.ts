/** The inputs of a node by place. A missing one is a mistake in the graph, which the verifier would have found. */
export function only<T>(inputs: readonly T[]): T {
  const [first] = inputs;
  if (first === undefined) throw new Error("a node lacks its input");
  return first;
}

export function both<T>(inputs: readonly T[]): readonly [T, T] {
  const [first, second] = inputs;
  if (first === undefined || second === undefined) throw new Error("a node lacks one of its two inputs");
  return [first, second];
}
