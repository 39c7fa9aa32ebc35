/** Reads a printed graph back, computing every feature map again. */
import { word } from "../diagnostics/catalogue.ts";
import { Refusal } from "../diagnostics/problem.ts";
import type { OperationName } from "../ops/attributes.ts";
import { quoted } from "../ops/notation.ts";
import { isOperationName, operationOf } from "../ops/registry.ts";
import { arityOf } from "../ops/roles.ts";
import { GraphBuilder, type NodeRequest } from "./build.ts";
import { differingSymbols } from "./differing-symbols.ts";
import type { Graph, GraphOutput } from "./graph.ts";
import { mapText } from "./map-text.ts";
import {
  type Facts,
  readActivation,
  readAttributes,
  readFacts,
  readList,
  readOrigin,
  readShares,
} from "./read-facts.ts";

/** Text that is not a printed graph: what is wrong, and in which line (from 1). */
export class ReadFailure {
  readonly line: number;
  readonly message: string;
  constructor(line: number, message: string) {
    this.line = line;
    this.message = message;
  }
}

const string = '"(?:[^"\\\\]|\\\\.)*"';
const facts = `((?: \\w+=(?:${string}|\\[(?:${string}|[^\\]"])*\\]|[^\\s"[]\\S*))*)`;
const headLine = new RegExp(`^graph (${string})${facts}$`);
const nodeLine = new RegExp(`^%(\\d+) (\\w+) (${string}) \\(((?:%\\d+(?:, %\\d+)*)?)\\)${facts} : (.+)$`);
const outputLine = new RegExp(`^output (${string}) %(\\d+)${facts}$`);

/** `readGraph(printGraph(g))` equals g, but for the spans, which are not in the text. Blank lines are passed over. */
export function readGraph(text: string): Graph | ReadFailure {
  const lines = text.split(/\r?\n/).map((content, index) => ({ content, number: index + 1 }));
  const [head, ...rest] = lines.filter(({ content }) => content.trim() !== "");
  if (head === undefined) return new ReadFailure(1, 'expected a line `graph "name"`');
  const start = readHead(head.content);
  if (typeof start === "string") return new ReadFailure(head.number, start);
  const builder = new GraphBuilder(start.name);
  const names = new Set<string>();
  const outputs: GraphOutput[] = [];
  const maps: WrittenMap[] = [];
  for (const { content, number } of rest) {
    if (content.startsWith("output ")) {
      const output = readOutput(content, builder.length);
      if (typeof output === "string") return new ReadFailure(number, output);
      outputs.push(output);
      continue;
    }
    if (outputs.length > 0) return new ReadFailure(number, "a node after the outputs; nodes come first");
    const mistake = readNode(content, builder, names);
    if (mistake !== undefined) return new ReadFailure(number, mistake);
    maps.push({ text: content.slice(content.lastIndexOf(" : ") + 3), line: number });
  }
  const graph = builder.finish(outputs, start.classes);
  return graph instanceof Refusal ? new ReadFailure(head.number, reason(graph)) : compareMaps(graph, maps);
}

/** The graph, if its feature maps are those the text says. */
function compareMaps(graph: Graph, maps: readonly WrittenMap[]): Graph | ReadFailure {
  for (const { id, map } of graph.nodes) {
    const computed = mapText(map, graph.accepts);
    const { text, line } = maps[id] ?? { text: "nothing", line: 1 };
    if (text !== computed)
      return new ReadFailure(line, `the line says ${text}, the operation gives ${computed}`);
  }
  return graph;
}

interface WrittenMap {
  readonly text: string;
  readonly line: number;
}

interface Head {
  readonly name: string;
  readonly classes: readonly string[] | undefined;
}

function readHead(content: string): Head | string {
  const [whole, name = "", written = ""] = headLine.exec(content) ?? [];
  const text = quoted.read(name);
  if (whole === undefined || text === undefined)
    return 'expected `graph "name"`, and `classes=[…]` where it has them';
  const found = readFacts(written);
  if (typeof found === "string") return found;
  const list = found.get("classes");
  const classes = list === undefined ? undefined : readList(list)?.map((item) => quoted.read(item));
  if (found.size > (list === undefined ? 0 : 1)) return "a graph has no facts but `classes`";
  if (list !== undefined && (classes === undefined || classes.includes(undefined))) {
    return `classes=${list} is not a list of names in quotes`;
  }
  return { name: text, classes: classes?.filter((item) => item !== undefined) };
}

/** Appends the node of this line; gives what is wrong with it. */
function readNode(content: string, builder: GraphBuilder, names: Set<string>): string | undefined {
  const [whole, id, operation = "", name = "", inputs = "", written = ""] = nodeLine.exec(content) ?? [];
  const text = quoted.read(name);
  if (whole === undefined || text === undefined) {
    return 'expected `%id operation "name" (inputs) attribute=value … : channels @ [height, width]`';
  }
  if (Number(id) !== builder.length) return `node %${id} stands where %${builder.length} should`;
  if (!isOperationName(operation)) return `there is no operation "${operation}"`;
  if (names.has(text)) return `there are two nodes named "${text}"`;
  names.add(text);
  const ids = inputs === "" ? [] : inputs.split(", ").map((input) => Number(input.slice(1)));
  const later = ids.find((input) => input >= builder.length);
  if (later !== undefined) return `input %${later} does not stand before %${id}`;
  const { least, most } = arityOf(operationOf({ operation }).inputs);
  if (ids.length < least || ids.length > most) return `${operation} cannot take ${ids.length} maps`;
  const found = readFacts(written);
  return typeof found === "string" ? found : append(builder, operation, text, ids, found);
}

function append(
  builder: GraphBuilder,
  operation: OperationName,
  name: string,
  inputs: readonly number[],
  found: Facts,
): string | undefined {
  const attributes = readAttributes(operation, found);
  if (typeof attributes === "string") return attributes;
  const origin = readOrigin(operation, found);
  if (typeof origin === "string") return origin;
  const shares = readShares(found, builder.length);
  if (typeof shares === "string") return shares;
  // readAttributes gives what the table of this operation asks for.
  const request = { operation, attributes, inputs, name, origin, ...shares } as NodeRequest<OperationName>;
  const symbols = differingSymbols(inputs.map((id) => builder.node(id).map));
  if (symbols !== undefined) return `${operation} cannot join sizes in ${symbols.join(" and ")}`;
  const made = builder.append(request);
  return made instanceof Refusal ? reason(made) : undefined;
}

function readOutput(content: string, nodes: number): GraphOutput | string {
  const [whole, name = "", node, written = ""] = outputLine.exec(content) ?? [];
  const text = quoted.read(name);
  if (whole === undefined || text === undefined) return 'expected `output "name" %id logits=%id`';
  const found = readFacts(written);
  if (typeof found === "string") return found;
  const logits = /^%(\d+)$/.exec(found.get("logits") ?? "")?.[1];
  if (logits === undefined) return "an output says its logits: `logits=%id`";
  const activation = readActivation(found.get("activation"));
  if (typeof activation === "string") return activation;
  for (const id of [node, logits]) if (Number(id) >= nodes) return `there is no node %${id}`;
  const known = found.has("activation") ? 2 : 1;
  if (found.size !== known) return "an output has no facts but `logits` and `activation`";
  return { name: text, node: Number(node), logits: Number(logits), activation: activation.value };
}

function reason({ problem }: Refusal): string {
  return word(problem.code, problem.facts).message;
}
