/** A network's graph as an ONNX graph. */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import type { Graph, GraphNode, InputNode, NodeOf } from "../../network/graph.ts";
import { inputsWith } from "../../network/node-inputs.ts";
import type { Message } from "../../onnx/schema.ts";
import type { OperationName } from "../../ops/attributes.ts";
import { formulaOf } from "../../ops/elementwise.ts";
import { isInput } from "../../ops/input.ts";
import { inputAt } from "../../ops/rules.ts";
import { formatSet } from "../../sizes/format-set.ts";
import { refusedAt } from "../refused-at.ts";
import { sourceLines } from "../source-line.ts";
import type { TargetSubject, WeightValues } from "../target.ts";
import { ModelBuilder } from "./model-builder.ts";
import { type PoolIndices, type Row, RowContext, type Surroundings } from "./row.ts";
import { formulaValue } from "./rows/elementwise.ts";
import { type Rows, rows } from "./rows.ts";
import { valueInfo } from "./value-info.ts";

export type Lowered =
  | { readonly kind: "graph"; readonly graph: Message<"GraphProto"> }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

/** `table`: the rows to use, where a test wants others. */
export function lowerGraph(
  subject: TargetSubject,
  weightsOf: (name: string) => WeightValues,
  table: Rows = rows,
): Lowered {
  const { graph } = subject.network;
  const model = new ModelBuilder();
  const values = new Map<number, string>();
  const around: Surroundings = {
    graph,
    model,
    weightsOf,
    normalisations: subject.normalisations,
    values,
    unpooled: poolsThatUnpoolsName(graph),
    indices: new Map<number, PoolIndices>(),
  };
  const lineOf = sourceLines(subject.files);
  const inputs = graph.nodes.filter(isInput);
  for (const node of inputs) values.set(node.id, model.valueName(node.attributes.name));
  const inputInfo = inputs.map((node) => describeInput(node, values, subject));
  const outputNames = new Map(graph.outputs.map(({ name }) => [name, model.valueName(name)]));
  const valuesOfOutputs = new Map(graph.outputs.map(({ name, node }) => [node, outputNames.get(name)]));
  const refused: Diagnostic[] = [];
  for (const node of graph.nodes) {
    if (isInput(node)) {
      if (subject.preprocess) values.set(node.id, normalised(node, subject, around));
      continue;
    }
    const nameValue = () => valuesOfOutputs.get(node.id) ?? model.valueName(node.name);
    const row = new RowContext(around, node, nameValue, lineOf(node.origin));
    const made = lowerNode(
      node,
      node.inputs.map((_, place) => row.valueOf(place)),
      row,
      table,
    );
    if (made instanceof Refusal) refused.push(refusedAt(made, node));
    // What comes after a refused layer is checked too, for more refusals; its model is not given out.
    values.set(node.id, made instanceof Refusal ? "refused" : made);
  }
  if (refused.length > 0) return { kind: "refused", diagnostics: refused };
  const output = graph.outputs.map(({ name, node }) =>
    putOut(name, outputNames.get(name) ?? name, inputAt(graph.nodes, node), around),
  );
  const named = new Set([...inputInfo, ...output].map(({ name }) => name));
  const between = graph.nodes.flatMap((node) => {
    const value = values.get(node.id);
    if (value === undefined || named.has(value)) return [];
    named.add(value);
    return [valueInfo(value, node, graph.accepts)];
  });
  return {
    kind: "graph",
    graph: {
      name: graph.name,
      node: model.nodes,
      initializer: model.initializers,
      ...(subject.network.doc === undefined ? {} : { doc_string: subject.network.doc }),
      input: inputInfo,
      output,
      value_info: between,
    },
  };
}

function lowerNode(
  node: GraphNode,
  inputs: readonly string[],
  row: RowContext,
  table: Rows,
): string | Refusal {
  const written = table[node.operation] as Row<OperationName> | undefined; // the table pairs each name with its own row
  if (written !== undefined) return written(node as NodeOf<OperationName>, inputs, row); // as above
  const formula = formulaOf(node.operation, node.attributes as never, inputs.length); // a node's attributes are its operation's
  if (formula === undefined) throw new Error(`${node.operation} has neither a row nor a formula`);
  return formulaValue(formula, node.map.channels, inputs, row);
}

function poolsThatUnpoolsName(graph: Graph): ReadonlySet<number> {
  return new Set(graph.nodes.flatMap((node) => inputsWith(node, "indices")));
}

/** (value − mean) / deviation */
function normalised(node: InputNode, { normalisations }: TargetSubject, around: Surroundings): string {
  const { name, channels } = node.attributes;
  const given = normalisations.get(name);
  const row = new RowContext(around, node, () => around.model.valueName(`${name}/normalised`), undefined);
  if (given === undefined) throw new Error(`no normalisation is known for the input ${name}`);
  const source = around.values.get(node.id) ?? name;
  const mean = row.constant("mean", [1, channels, 1, 1], given.mean);
  const deviation = row.constant("deviation", [1, channels, 1, 1], given.deviation);
  return row.main("Div", [row.step("Sub", [source, mean]), deviation]);
}

function describeInput(
  node: InputNode,
  values: ReadonlyMap<number, string>,
  { network: { graph }, preprocess }: TargetSubject,
): Message<"ValueInfoProto"> {
  const accepted = node.map.size.flatMap(({ symbol }) => {
    const set = symbol === undefined ? undefined : graph.accepts.get(symbol);
    return set === undefined ? [] : [formatSet(set, { unicode: false })];
  });
  const meaning = preprocess
    ? "values 0 to 1, normalised by the model"
    : "normalised values: (value - mean) / deviation, of values 0 to 1";
  const doc = [meaning, ...(accepted.length === 0 ? [] : [`accepts ${accepted.join(", ")}`])].join("; ");
  return valueInfo(values.get(node.id) ?? node.name, node, graph.accepts, doc);
}

/**
 * An output as `name`: the value of its node, or a copy where that is an input or another output's. Where an input has the
 * output's own name, `name` is another, and the documentation says so.
 */
function putOut(
  output: string,
  name: string,
  node: GraphNode,
  { graph, model, values }: Surroundings,
): Message<"ValueInfoProto"> {
  const inputs = [values.get(node.id) ?? node.name];
  if (inputs[0] !== name) {
    const copy = { inputs, outputs: [name], name: `${name}/Identity`, attributes: {}, doc: undefined };
    model.add({ operator: "Identity", ...copy });
  }
  const doc = name === output ? undefined : `the output "${output}", whose name an input has`;
  return valueInfo(name, node, graph.accepts, doc);
}
