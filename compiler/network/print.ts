/**
 * A graph as flat text, one node a line with every attribute: for reading, comparing and reading back.
 *
 *     graph "UNet" classes=["membrane", "cell"]
 *     %0 input "image" () name="image" channels=1 size=[H, W] : 1 @ [H, W]
 *     %1 relu "encoder.relu1" (%0) role=encoder scope=[block double 1, turn i 0] : 1 @ [H, W]
 *     output "labels" %1 logits=%1
 *
 * What follows the colon is the feature map on the accepted sizes: computed, and a reader that computes another one says so.
 */
import { quoted } from "../ops/notation.ts";
import { operationOf } from "../ops/registry.ts";
import { writeAttributes } from "../ops/schema.ts";
import type { Graph, GraphNode, GraphOutput, Origin, ScopeStep } from "./graph.ts";
import { mapText } from "./map-text.ts";

/** Ends in a line break. Spans are left out: they are about the source, not the graph. */
export function printGraph(graph: Graph): string {
  const classes =
    graph.classes === undefined ? "" : ` classes=[${graph.classes.map(quoted.write).join(", ")}]`;
  const lines = [
    `graph ${quoted.write(graph.name)}${classes}`,
    ...graph.nodes.map((node) => printNode(node, graph.accepts)),
    ...graph.outputs.map(printOutput),
  ];
  return `${lines.join("\n")}\n`;
}

function printNode(node: GraphNode, accepts: Graph["accepts"]): string {
  const inputs = node.inputs.map((id) => `%${id}`).join(", ");
  const shared = node.sharesWith === undefined ? [] : [`shares=%${node.sharesWith}`];
  const facts = [...attributeTexts(node), ...shared, ...originTexts(node.origin)]
    .map((fact) => ` ${fact}`)
    .join("");
  return `%${node.id} ${node.operation} ${quoted.write(node.name)} (${inputs})${facts} : ${mapText(node.map, accepts)}`;
}

/** What a node computes, and from which nodes, without where the program says so: `relu of conv1`. */
export function nodeText(node: GraphNode, graph: Graph): string {
  const nameOf = (id: number) => graph.nodes[id]?.name ?? `%${id}`;
  const shared = node.sharesWith === undefined ? [] : [`weights of ${nameOf(node.sharesWith)}`];
  const inputs = node.inputs.length === 0 ? [] : [`of ${node.inputs.map(nameOf).join(", ")}`];
  return [node.operation, ...attributeTexts(node), ...shared, ...inputs].join(" ");
}

function attributeTexts(node: GraphNode): readonly string[] {
  const written = writeAttributes(operationOf(node).schema, node.attributes);
  return written.map(({ name, text }) => `${name}=${text}`);
}

function originTexts(origin: Origin): readonly string[] {
  return [
    ...(origin.role === undefined ? [] : [`role=${origin.role}`]),
    ...(origin.scope.length === 0 ? [] : [`scope=[${origin.scope.map(printStep).join(", ")}]`]),
    ...(origin.construct === undefined ? [] : [`construct=${origin.construct}`]),
    ...(origin.label === undefined ? [] : [`label=${quoted.write(origin.label)}`]),
  ];
}

function printStep(step: ScopeStep): string {
  return `${step.kind} ${step.name} ${step.index}`;
}

function printOutput(output: GraphOutput): string {
  const activation = output.activation === undefined ? "" : ` activation=${output.activation}`;
  return `output ${quoted.write(output.name)} %${output.node} logits=%${output.logits}${activation}`;
}
