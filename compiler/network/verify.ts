/** What every graph must satisfy: after elaboration, and after every pass. */
import { word } from "../diagnostics/catalogue.ts";
import { Refusal } from "../diagnostics/problem.ts";
import type { OperationName } from "../ops/attributes.ts";
import { isInput } from "../ops/input.ts";
import { operationOf } from "../ops/registry.ts";
import { arityOf, withRole } from "../ops/roles.ts";
import { undoes } from "../ops/unpooling.ts";
import { GraphBuilder, type NodeRequest } from "./build.ts";
import { deepEqual } from "./deep-equal.ts";
import { differingSymbols } from "./differing-symbols.ts";
import type { Graph, GraphNode, GraphOutput } from "./graph.ts";
import { guideInput } from "./guide-input.ts";

export const constraints = {
  G1: "a node's id is its place in the list",
  G2: "a node's inputs stand before it",
  G3: "an operation has as many inputs as it takes",
  G4: "node names are unique and not empty",
  G5: "an operation takes its inputs, and its channels follow from them",
  G6: "a map's size follows from the sizes of the inputs, which depend on one size symbol per axis",
  G7: "a map's geometry follows from the geometry of the inputs",
  G8: "a node's weights follow from its attributes and its inputs' channels",
  G9: "an unpool has the attributes of a maxpool; its second input is that maxpool, its third what went into it",
  G10: "the graph's inputs are its input nodes in order, with names of their own",
  G11: "there is an output, and outputs have names of their own",
  G12: "an output and its logits are nodes; the output is its activation of the logits, or the logits themselves",
  G13: "the accepted sizes are those at which every map exists",
  G14: "the guide of a crf is an input, or one that was only cropped, padded, pooled or resampled",
  G15: "a node that shares weights shares those of a node before it that has them itself, of the same names and shapes",
} as const;

export type Constraint = keyof typeof constraints;

export interface Violation {
  readonly constraint: Constraint;
  /** The node it is about; `undefined` for the graph. */
  readonly node: number | undefined;
  readonly message: string;
}

/** Empty for a well-formed graph. Feature maps are computed again only when G1 to G4 hold. */
export function verifyGraph(graph: Graph): readonly Violation[] {
  const structure = [...nodesStand(graph), ...namesDiffer(graph)];
  const borders = [
    ...inputsAreInputs(graph),
    ...graph.outputs.flatMap((output) => outputHolds(graph, output)),
  ];
  const outputs = [...outputsDiffer(graph), ...borders];
  return structure.length > 0 ? [...structure, ...outputs] : [...mapsFollow(graph), ...outputs];
}

function violation(constraint: Constraint, node: number | undefined, message: string): Violation {
  return { constraint, node, message };
}

function nodesStand(graph: Graph): readonly Violation[] {
  return graph.nodes.flatMap((node, place) => {
    const { least, most } = arityOf(operationOf(node).inputs);
    const count = node.inputs.length;
    return [
      ...(node.id === place ? [] : [violation("G1", place, `node ${place} says it is ${node.id}`)]),
      ...node.inputs
        .filter((input) => !(Number.isInteger(input) && input >= 0 && input < place))
        .map((input) => violation("G2", place, `"${node.name}" takes node ${input}, which is not before it`)),
      ...(sharesSoundly(graph, node)
        ? []
        : [violation("G15", place, `"${node.name}" shares the weights of node ${node.sharesWith}`)]),
      ...(count >= least && count <= most
        ? []
        : [violation("G3", place, `"${node.name}" (${node.operation}) has ${count} inputs`)]),
    ];
  });
}

function sharesSoundly(graph: Graph, { id, sharesWith }: GraphNode): boolean {
  if (sharesWith === undefined) return true;
  const source = graph.nodes[sharesWith];
  return source !== undefined && source.id < id && source.sharesWith === undefined;
}

function namesDiffer(graph: Graph): readonly Violation[] {
  const seen = new Set<string>();
  return graph.nodes.flatMap((node, place) => {
    const repeated = seen.has(node.name);
    seen.add(node.name);
    if (node.name === "") return [violation("G4", place, `node ${place} has no name`)];
    return repeated ? [violation("G4", place, `a second node is named "${node.name}"`)] : [];
  });
}

function mapsFollow(graph: Graph): readonly Violation[] {
  const found: Violation[] = [];
  const builder = new GraphBuilder(graph.name);
  for (const node of graph.nodes) {
    const { inputs } = operationOf(node);
    const [pool] = withRole(inputs, node.inputs, "indices");
    if (pool !== undefined && !undoesItsPool(graph, node, pool)) {
      found.push(violation("G9", node.id, `"${node.name}" does not undo a maxpool`));
    }
    const [guide] = withRole(inputs, node.inputs, "colours");
    if (guide !== undefined && guideInput((id) => graph.nodes[id], guide).input === undefined) {
      found.push(
        violation("G14", node.id, `the guide of "${node.name}" is made of no single input's colours`),
      );
    }
    const symbols = differingSymbols(node.inputs.map((id) => builder.node(id).map));
    if (symbols !== undefined) {
      const message = `"${node.name}" joins sizes in ${symbols.join(" and ")}`;
      return [...found, violation("G6", node.id, message)];
    }
    const made = builder.append(requestOf(node));
    if (made instanceof Refusal) {
      return [...found, violation("G5", node.id, `"${node.name}": ${reason(made)}`)]; // nothing after it can be computed
    }
  }
  const computed = builder.finish(graph.outputs, graph.classes);
  if (computed instanceof Refusal) return [...found, violation("G13", undefined, reason(computed))];
  for (const node of computed.nodes) {
    const stored = graph.nodes[node.id];
    if (stored !== undefined) found.push(...differences(stored, node));
  }
  if (!deepEqual([...graph.accepts], [...computed.accepts])) {
    found.push(violation("G13", undefined, "the accepted sizes are not those at which every map exists"));
  }
  return found;
}

function reason({ problem }: Refusal): string {
  return word(problem.code, problem.facts).message;
}

function undoesItsPool(graph: Graph, node: GraphNode, pool: number): boolean {
  const [source] = withRole(operationOf(node).inputs, node.inputs, "size");
  const undone = graph.nodes[pool];
  return undone !== undefined && undone.inputs[0] === source && undoes(node.attributes, undone);
}

function differences(stored: GraphNode, computed: GraphNode): readonly Violation[] {
  const name = `"${stored.name}"`;
  const { map } = stored;
  return [
    ...(map.channels === computed.map.channels
      ? []
      : [violation("G5", stored.id, `${name} has ${map.channels} channels, not ${computed.map.channels}`)]),
    ...(deepEqual(map.size, computed.map.size)
      ? []
      : [violation("G6", stored.id, `the size of ${name} is not the computed one`)]),
    ...(deepEqual(map.geometry, computed.map.geometry)
      ? []
      : [violation("G7", stored.id, `the geometry of ${name} is not the computed one`)]),
    ...(deepEqual(stored.weights, computed.weights)
      ? []
      : [violation("G8", stored.id, `the weights of ${name} are not the computed ones`)]),
  ];
}

/** The node as the builder would be asked for it. */
function requestOf(node: GraphNode): NodeRequest<OperationName> {
  const { operation, attributes, inputs, name, origin, sharesWith } = node;
  const request = { operation, attributes, inputs, name, origin };
  return sharesWith === undefined ? request : { ...request, sharesWith };
}

function inputsAreInputs(graph: Graph): readonly Violation[] {
  const nodes = graph.nodes.filter(isInput);
  const names = nodes.map((node) => node.attributes.name);
  return [
    ...(deepEqual(
      graph.inputs,
      nodes.map((node) => node.id),
    )
      ? []
      : [violation("G10", undefined, `the inputs are listed as [${graph.inputs.join(", ")}]`)]),
    ...names
      .filter((name, place) => names.indexOf(name) !== place)
      .map((name) => violation("G10", undefined, `two inputs are named "${name}"`)),
  ];
}

function outputsDiffer(graph: Graph): readonly Violation[] {
  const names = graph.outputs.map((output) => output.name);
  if (names.length === 0) return [violation("G11", undefined, "the graph has no output")];
  return names
    .filter((name, place) => names.indexOf(name) !== place)
    .map((name) => violation("G11", undefined, `two outputs are named "${name}"`));
}

function outputHolds(graph: Graph, output: GraphOutput): readonly Violation[] {
  const node = graph.nodes[output.node];
  const wrong = (what: string): readonly Violation[] => [
    violation("G12", node?.id, `output "${output.name}" ${what}`),
  ];
  if (node === undefined || graph.nodes[output.logits] === undefined) return wrong("is no node of the graph");
  if (output.activation === undefined) {
    return output.node === output.logits ? [] : wrong("has no activation, yet logits of its own");
  }
  if (node.operation !== output.activation) return wrong(`is not put out by a ${output.activation}`);
  return node.inputs[0] === output.logits ? [] : wrong("does not read its logits");
}
