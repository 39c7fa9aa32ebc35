/** `model.py`: the network as modules of PyTorch. */
import { acceptedSizes } from "../../../analyses/inspect/accepted-sizes.ts";
import type { Graph, GraphNode, GraphOutput, InputNode } from "../../../network/graph.ts";
import type { InputDimension } from "../../../ops/attribute-values.ts";
import { isInput } from "../../../ops/input.ts";
import type { WeightSpecification } from "../../../ops/weights.ts";
import { Names } from "../../structure/names.ts";
import { acceptedText, shapeText } from "../../structure/shapes.ts";
import type { BlockFunction, MapId } from "../../structure/statement.ts";
import { structureOf } from "../../structure/structure.ts";
import { writeBody } from "../../structure/write.ts";
import type { TargetSubject } from "../../target.ts";
import type { HelperName } from "../layers/registry.ts";
import { className, identifier, style } from "../names.ts";
import { blockText, classText, indented } from "./class-text.ts";
import { type ClassLayout, layoutOf, writtenLayer } from "./classes.ts";
import { documentation, fill } from "./documentation.ts";
import { initialWeights } from "./initial.ts";
import { stateNames } from "./state-names.ts";
import { syntaxOf } from "./syntax.ts";

export interface WrittenModel {
  readonly text: string;
  readonly className: string;
  readonly helpers: ReadonlySet<HelperName>;
  readonly outputs: readonly OutputField[];
}

/** A feature map that the network gives: an output, or what is before its activation. */
export interface OutputField {
  readonly field: string;
  readonly node: MapId;
  readonly output: GraphOutput;
  readonly isLogits: boolean;
}

export function writeModel(subject: TargetSubject): WrittenModel {
  const { network, version } = subject;
  const { graph } = network;
  const name = className(network.name);
  const inputs = graph.nodes.filter(isInput);
  const fields = outputFields(graph);
  const taken = [name, ...inputs.map((node) => identifier(node.attributes.name))];
  const names = new Names(graph, taken, style);
  const helpers = new Set<HelperName>();
  const wanted = fields.map(({ node }) => node);
  const layer = (node: GraphNode) => {
    const { code, module, helpers: needed } = writtenLayer(node, graph);
    for (const helper of needed) helpers.add(helper);
    const made = module && [
      module.type,
      module.arguments.map((one) => one.name),
      module.wrapped,
      module.isFrozen,
    ];
    const kind = JSON.stringify([code, made]);
    return { code: kind, kind, isNamed: module !== undefined };
  };
  const writing = { layer, countsAreParameters: false, drawsByName: false };
  const structure = structureOf(graph, wanted, names, writing);
  const classes = new Map<BlockFunction, ClassLayout>();
  for (const block of structure.functions) {
    const instances = (structure.instances.get(block) ?? []).map(({ nodes }) => nodes);
    classes.set(block, layoutOf({ graph, ...block, instances, classes }));
  }
  const all = graph.nodes.filter((node) => !isInput(node)).map(({ id }) => id);
  const layout = layoutOf({
    graph,
    statements: structure.statements,
    instances: [all],
    prefix: undefined,
    classes,
  });
  const attributes = [layout, ...classes.values()].flatMap((one) => one.attributes);
  if (attributes.some(({ code }) => code.startsWith("tied("))) helpers.add("tied");
  const blocks = structure.functions.map((block) => blockText(graph, block, classes, names));
  const given = new Map(inputs.map((node) => [node.id, identifier(node.attributes.name)] as const));
  const body = writeBody({
    ...structure,
    given,
    wanted,
    names,
    syntax: syntaxOf(graph, layout),
    sections: true,
  });
  const stateName = stateNames(structure, classes, layout);
  const initial = initialWeights(graph, (node: GraphNode, weight: WeightSpecification) =>
    stateName(node, weight),
  );
  const hasConvolutions = graph.nodes.some(({ weights }) =>
    weights.some(({ kernel }) => kernel !== undefined),
  );
  const parts = [
    acceptedLines(graph, inputs),
    outputsText(graph, fields),
    ...initial.functions.map((text) => text.trimEnd()),
    ...blocks,
    classText(
      name,
      layout,
      [
        ...documentation([
          `The network \`${network.name}\`.`,
          "",
          ...shapesLines(graph, inputs),
          ...(network.parameters.size === 0 ? [] : ["", ...fill(parametersText(network.parameters), 80)]),
        ]),
      ],
      [
        "",
        `def forward(self, ${inputs.map((node) => `${identifier(node.attributes.name)}: Tensor`).join(", ")}) -> Outputs:`,
        ...indented(forwardLines(inputs, fields, body)),
        "",
        "def reset_parameters(self) -> None:",
        ...indented(resetLines(initial.lines, hasConvolutions)),
      ],
      true,
    ),
  ];
  const code = parts.join("\n\n\n");
  const text = `${[...headerLines(subject, inputs, version), "", ...importLines(code, helpers)].join("\n")}\n\n${code}\n`;
  return { text, className: name, helpers, outputs: fields };
}

export function outputFields(graph: Graph): readonly OutputField[] {
  return graph.outputs.flatMap((output) => {
    const field = identifier(output.name);
    const own = { field, node: output.node, output, isLogits: false };
    return output.node === output.logits
      ? [own]
      : [own, { field: `${field}_logits`, node: output.logits, output, isLogits: true }];
  });
}

/** Lines that follow each other belong together, and are wrapped again. */
function paragraphs(text: string): readonly string[] {
  return text.split(/\n\s*\n/).flatMap((part, i) => {
    const joined = part
      .split("\n")
      .map((line) => line.trim())
      .join(" ");
    return i === 0 ? [joined] : ["", joined];
  });
}

function headerLines({ network, version: _ }: TargetSubject, inputs: readonly InputNode[], version: string) {
  const doc = network.doc?.trim();
  const said = doc === undefined || doc === "" ? [`${className(network.name)}.`] : paragraphs(doc);
  return documentation([
    ...said,
    "",
    ...shapesLines(network.graph, inputs),
    "",
    `Written by fcn ${version}.`,
  ]);
}

function shapesLines(graph: Graph, inputs: readonly InputNode[]): readonly string[] {
  const given = inputs.map((node) => `${node.attributes.name} ${shapeText(graph, node.id)}`).join(", ");
  const made = graph.outputs.map(({ name, node }) => `${name} ${shapeText(graph, node)}`).join(", ");
  const accepted = inputs.map(({ attributes: { name, size } }) => {
    const [height, width] = [acceptedText(graph, size[0]), acceptedText(graph, size[1])];
    return `${name} accepts ${height === width ? `${height} along both axes` : `${height} and ${width}`}.`;
  });
  return [`${given} → ${made}`, ...accepted].flatMap((line) => fill(line, 80));
}

function parametersText(parameters: ReadonlyMap<string, string>): string {
  return `Parameters: ${[...parameters].map(([name, value]) => `${name} = ${value}`).join(", ")}.`;
}

function importLines(code: string, helpers: ReadonlySet<HelperName>): readonly string[] {
  const uses = (word: string) => new RegExp(`\\b${word}\\b`).test(code);
  const typing = ["Dict", "List", "NamedTuple", "Tuple", "Union"].filter(uses);
  return [
    "from __future__ import annotations",
    "",
    `from typing import ${typing.join(", ")}`,
    "",
    ...(/\btorch\./.test(code) ? ["import torch"] : []),
    ...(/\bF\./.test(code) ? ["import torch.nn.functional as F"] : []),
    "from torch import Tensor, nn",
    "",
    ...(helpers.size > 0 ? [`from .layers import ${[...helpers].sort(byCase).join(", ")}`] : []),
    "from .sizes import AcceptedSizes, check_size",
  ];
}

function byCase(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function acceptedLines(graph: Graph, inputs: readonly InputNode[]): string {
  const entries = inputs.map(({ attributes: { name, size } }) => {
    const [height, width] = [acceptedCode(graph, size[0]), acceptedCode(graph, size[1])];
    return `    "${identifier(name)}": (${height}, ${width}),`;
  });
  return [
    "# The pixels that each input accepts, along height and width.",
    "ACCEPTED_SIZES: Dict[str, Tuple[AcceptedSizes, AcceptedSizes]] = {",
    ...entries,
    "}",
  ].join("\n");
}

function acceptedCode(graph: Graph, dimension: InputDimension): string {
  const { period, residues, from, also } = acceptedSizes(graph, dimension);
  const list = (values: readonly number[]) =>
    values.length === 1 ? `(${values[0]},)` : `(${values.join(", ")})`;
  const every = residues.length === 1 && residues[0] === 0;
  const periodic =
    period === null
      ? ["remainders=()"]
      : [
          ...(from <= 1 ? [] : [`start=${from}`]),
          ...(period === 1 ? [] : [`period=${period}`]),
          ...(every ? [] : [`remainders=${list(residues)}`]),
        ];
  const single = also.length === 0 ? [] : [`also=${list(also)}`];
  return `AcceptedSizes(${[...periodic, ...single].join(", ")})`;
}

function outputsText(graph: Graph, fields: readonly OutputField[]): string {
  const lines = fields.map(({ field, node, output, isLogits }) => {
    const after = output.activation;
    const state = after === undefined ? "" : isLogits ? `, before ${after}` : `, after ${after}`;
    return fill(`${field}: ${shapeText(graph, node)}${state}`, 80);
  });
  return [
    "class Outputs(NamedTuple):",
    ...indented(documentation(["Feature maps, [batch, channels, height, width].", "", ...lines.flat()])),
    "",
    ...fields.map(({ field }) => `    ${field}: Tensor`),
  ].join("\n");
}

function forwardLines(
  inputs: readonly InputNode[],
  fields: readonly OutputField[],
  body: { readonly lines: readonly string[]; readonly results: readonly string[] },
): readonly string[] {
  const checks = inputs.map(({ attributes: { name } }) => {
    const input = identifier(name);
    return `check_size("${input}", ${input}, *ACCEPTED_SIZES["${input}"])`;
  });
  const outputs = fields.map(({ field }, i) => `${field}=${body.results[i]}`).join(", ");
  return [...checks, ...body.lines, `return Outputs(${outputs})`];
}

function resetLines(lines: readonly string[], hasConvolutions: boolean): readonly string[] {
  const rule = [
    "for module in self.modules():",
    "    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):",
    `        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")`,
    "        if module.bias is not None:",
    "            nn.init.zeros_(module.bias)",
  ];
  const doc = `"""Initial weights: He et al. 2015, equation 10; biases are 0."""`;
  return hasConvolutions || lines.length > 0 ? [doc, ...rule, ...lines] : [doc];
}
