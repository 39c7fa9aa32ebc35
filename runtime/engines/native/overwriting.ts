/** Whether ONNX Runtime may write an output of a graph into the buffer that one of its inputs is in. */
import type { Message } from "../../../compiler/onnx/schema.ts";
import { blockedDomain } from "./onnx-model.ts";

type Node = Message<"NodeProto">;

/** Operators that give the same values another shape, in the same buffer. */
const aliases: ReadonlySet<string> = new Set(["Reshape", "Identity"]);

/** Operators that compute each element from those of the same place. */
const pointwise: ReadonlySet<string> = new Set(["Add", "Sub", "Mul", "Div", "Relu", "Sqrt", "Neg"]);

/**
 * Tells, for names of an input and an output with as many elements, whether the output may take the input's buffer. Only if the node
 * that computes the output takes each element by itself, and everything else that reads the input comes before that node in any order
 * of running: it is computed from what they give.
 * @param nodes those that the outputs need, in running order
 */
export function overwriting(nodes: readonly Node[]): (input: string, output: string) => boolean {
  const makers = new Map(nodes.flatMap((node) => (node.output ?? []).map((name) => [name, node] as const)));
  const readers = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const name of new Set(node.input)) {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [node]);
      else known.push(node);
    }
  }
  return (input, output) => {
    const maker = makers.get(output);
    if (maker === undefined || !isPointwise(maker)) return false;
    const same = namesOf(readers, input);
    const before = nodesBefore(maker, makers);
    return [...same]
      .flatMap((name) => readers.get(name) ?? [])
      .filter((node) => !isAlias(node))
      .every((reader) => (reader === maker ? readsInPlace(reader, same) : before.has(reader)));
  };
}

function isAlias({ op_type = "" }: Node): boolean {
  return aliases.has(op_type);
}

/** The names of the values that are in the input's buffer. */
function namesOf(readers: ReadonlyMap<string, readonly Node[]>, input: string): ReadonlySet<string> {
  const names = new Set([input]);
  // a set is walked with what is added on the way
  for (const name of names) {
    for (const node of readers.get(name) ?? [])
      if (isAlias(node) && node.input?.[0] === name) for (const other of node.output ?? []) names.add(other);
  }
  return names;
}

function nodesBefore(node: Node, makers: ReadonlyMap<string, Node>): ReadonlySet<Node> {
  const found = new Set<Node>();
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const name of next.input ?? []) {
      const maker = makers.get(name);
      if (maker === undefined || found.has(maker)) continue;
      found.add(maker);
      waiting.push(maker);
    }
  }
  return found;
}

/** Beside operators of one element: a blocked convolution of each channel by one number. */
function isPointwise(node: Node): boolean {
  return pointwise.has(node.op_type ?? "") || isPass(node);
}

function isPass({ op_type, domain, attribute = [] }: Node): boolean {
  const group = attribute.find(({ name }) => name === "group")?.i ?? 1;
  const kernel = attribute.find(({ name }) => name === "kernel_shape")?.ints ?? [];
  return (
    op_type === "Conv" && domain === blockedDomain && group > 1 && kernel.every((extent) => extent === 1)
  );
}

/** A convolution first copies what it adds to where it writes; what it multiplies must not be there then. */
function readsInPlace(node: Node, same: ReadonlySet<string>): boolean {
  const [x = "", filter = "", offset = "", sum = ""] = node.input ?? [];
  if (!isPass(node)) return true;
  if (same.has(filter) || same.has(offset)) return false;
  return sum === "" || !same.has(x);
}
