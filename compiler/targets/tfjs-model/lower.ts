/** A network's graph as a TensorFlow graph. */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import type { Graph, GraphNode, InputNode, NodeOf } from "../../network/graph.ts";
import { inputsWith } from "../../network/node-inputs.ts";
import type { OperationName } from "../../ops/attributes.ts";
import { formulaOf } from "../../ops/elementwise.ts";
import { isInput } from "../../ops/input.ts";
import { constantCells } from "../../sizes/constant-cells.ts";
import { refusedAt } from "../refused-at.ts";
import type { TargetSubject, WeightValues } from "../target.ts";
import { type Shape, shapeOf, type } from "./attribute.ts";
import { type Constant, GraphBuilder, type GraphDefinitionNode } from "./graph-builder.ts";
import { type Row, RowContext, type Surroundings } from "./row.ts";
import { formulaValue } from "./rows/elementwise.ts";
import { fusionsOf } from "./rows/fusion.ts";
import { type Rows, rows } from "./rows.ts";

export interface TensorInfo {
  /** The node's, with the number of its output. */
  readonly name: string;
  readonly dtype: "DT_FLOAT";
  readonly tensorShape: Shape;
}

export type Lowered =
  | {
      readonly kind: "graph";
      readonly nodes: readonly GraphDefinitionNode[];
      readonly constants: readonly Constant[];
      /** By the names of the program. */
      readonly inputs: Readonly<Record<string, TensorInfo>>;
      readonly outputs: Readonly<Record<string, TensorInfo>>;
    }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

/** `table`: the rows to use, where a test wants others. */
export function lowerGraph(
  subject: TargetSubject,
  weightsOf: (name: string) => WeightValues,
  table: Rows = rows,
): Lowered {
  const { graph } = subject.network;
  const builder = new GraphBuilder();
  const around: Surroundings = {
    graph,
    builder,
    weightsOf,
    values: new Map<number, string>(),
    fusions: fusionsOf(graph),
    unpooled: new Set(graph.nodes.flatMap((node) => inputsWith(node, "indices"))),
    maxima: new Map(),
  };
  const { values } = around;
  const inputs = graph.nodes.filter(isInput).map((node) => {
    const name = placeholder(node, builder);
    values.set(node.id, name);
    return [node.attributes.name, tensorInfo(name, node)] as const;
  });
  const outputNames = new Map(graph.outputs.map(({ name, node }) => [node, name]));
  const refused: Diagnostic[] = [];
  for (const node of graph.nodes) {
    if (isInput(node)) {
      if (subject.preprocess) values.set(node.id, normalised(node, subject, around));
      continue;
    }
    // Computed together with the convolution before it.
    if (values.has(node.id)) continue;
    const before = builder.count;
    const row = new RowContext(around, node);
    const made = lowerNode(node, row, table);
    if (made instanceof Refusal) {
      refused.push(refusedAt(made, node));
      // What comes after a refused layer is checked too, for more refusals; its model is not given out.
      values.set(node.id, "refused");
      continue;
    }
    const computed = [node.id, ...(around.fusions.get(node.id)?.nodes ?? [])];
    const asked = outputNames.get(computed.at(-1) ?? node.id) ?? node.name;
    const named = builder.addedSince(before, made) ? builder.rename(made, asked) : made;
    for (const id of computed) values.set(id, named);
  }
  if (refused.length > 0) return { kind: "refused", diagnostics: refused };
  const outputs = putOut(graph, around);
  const { nodes, constants } = builder;
  return { kind: "graph", nodes, constants, inputs: Object.fromEntries(inputs), outputs };
}

function lowerNode(node: GraphNode, row: RowContext, table: Rows): string | Refusal {
  const inputs = node.inputs.map((_, place) => row.valueOf(place));
  const written = table[node.operation] as Row<OperationName> | undefined; // the table pairs each name with its own row
  if (written !== undefined) return written(node as NodeOf<OperationName>, inputs, row); // as above
  const formula = formulaOf(node.operation, node.attributes as never, inputs.length); // a node's attributes are its operation's
  if (formula === undefined) throw new Error(`${node.operation} has neither a row nor a formula`);
  return formulaValue(formula, inputs, row);
}

function placeholder(node: InputNode, builder: GraphBuilder): string {
  const name = builder.name(node.attributes.name);
  return builder.add(name, "Placeholder", [], { dtype: type("DT_FLOAT"), shape: { shape: extentsOf(node) } });
}

function tensorInfo(name: string, node: GraphNode): TensorInfo {
  return { name: `${name}:0`, dtype: "DT_FLOAT", tensorShape: extentsOf(node) };
}

/** [batch, height, width, channels] */
function extentsOf({ map }: GraphNode): Shape {
  const [height, width] = map.size;
  return shapeOf([-1, constantCells(height) ?? -1, constantCells(width) ?? -1, map.channels]);
}

/** (value − mean) / deviation */
function normalised(node: InputNode, { normalisations }: TargetSubject, around: Surroundings): string {
  const { name, channels } = node.attributes;
  const given = normalisations.get(name);
  const source = around.values.get(node.id);
  if (given === undefined || source === undefined)
    throw new Error(`no normalisation is known for the input ${name}`);
  const row = new RowContext(around, node);
  const centred = row.step("Sub", [source, row.constant("mean", [channels], given.mean)]);
  return row.step("RealDiv", [centred, row.constant("deviation", [channels], given.deviation)]);
}

/** An output that is an input, or another output too, is a copy: a node is one or the other, and has one name. */
function putOut(
  { nodes, outputs }: Graph,
  { builder, values }: Surroundings,
): Readonly<Record<string, TensorInfo>> {
  const taken = new Set(nodes.filter(isInput).map(({ id }) => values.get(id)));
  return Object.fromEntries(
    outputs.map(({ name, node: id }) => {
      const [node, value] = [nodes[id], values.get(id)];
      if (node === undefined || value === undefined) throw new Error(`the output ${name} has no value`);
      const own = taken.has(value) ? builder.add(builder.name(name), "Identity", [value], {}) : value;
      taken.add(own);
      return [name, tensorInfo(own, node)] as const;
    }),
  );
}
