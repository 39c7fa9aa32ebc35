/** The comments of a module that say what its network takes and gives. */
import type { InputNode } from "../../../network/graph.ts";
import { acceptedText, shapeText } from "../../structure/shapes.ts";
import { identifier } from "../body/names.ts";
import type { ModuleFacts } from "./facts.ts";

/** A JSDoc comment; what would end it is broken up. */
export function comment(text: readonly string[]): string {
  const lines = text.map((line) => line.replaceAll("*/", "* /"));
  const [first = "", ...others] = lines;
  if (others.length === 0) return `/** ${first} */\n`;
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
}

export function headerText({ subject: { network, version }, className, graph, inputs }: ModuleFacts): string {
  const doc = network.doc?.trim() ?? "";
  return comment([
    ...(doc === "" ? [`${className}.`] : doc.split("\n")),
    "",
    shapesText(graph, inputs),
    ...acceptedLines(graph, inputs),
    "",
    `Written by fcn ${version}.`,
  ]);
}

export function classDoc({ subject: { network }, graph, inputs }: ModuleFacts): string {
  const given = [...network.parameters].map(([name, value]) => `${name} = ${value}`).join(", ");
  return [`${network.name}(${given})`, "", shapesText(graph, inputs), ...acceptedLines(graph, inputs)].join(
    "\n",
  );
}

export function applyDoc({ graph, inputs, inputParameter, fields }: ModuleFacts): string {
  const shape = inputs.length === 1 ? `, ${inputDoc(graph, inputs[0])}` : "";
  return [
    `The network's outputs: ${fields.map(({ field }) => field).join(", ")}.`,
    `@param ${inputParameter} normalised${shape}`,
    `@throws RangeError for a size that is not accepted: ${acceptedLines(graph, inputs).join(" ")}`,
  ].join("\n");
}

/** [batch, H, W, 3] */
export function inputDoc(graph: ModuleFacts["graph"], node: InputNode): string {
  const [, ...size] = shapeText(graph, node.id).slice(1, -1).split(", ");
  return `[batch, ${size.join(", ")}, ${node.attributes.channels}]`;
}

function shapesText(graph: ModuleFacts["graph"], inputs: readonly InputNode[]): string {
  const given = inputs.map((node) => `${identifier(node.attributes.name)} ${shapeText(graph, node.id)}`);
  const made = graph.outputs.map(({ name, node }) => `${identifier(name)} ${shapeText(graph, node)}`);
  return `${given.join(", ")} → ${made.join(", ")}`;
}

function acceptedLines(graph: ModuleFacts["graph"], inputs: readonly InputNode[]): readonly string[] {
  return inputs.map(({ attributes: { name, size } }) => {
    const [height, width] = [acceptedText(graph, size[0]), acceptedText(graph, size[1])];
    const sizes = height === width ? `${height} along both axes` : `${height} and ${width}`;
    return `${identifier(name)} accepts ${sizes}.`;
  });
}
