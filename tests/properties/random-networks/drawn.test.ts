/** What the random networks consist of: everything the language has, but what is named here with the reason. */
import { expect, test } from "vitest";
import type { Graph, GraphNode } from "../../../compiler/network/graph.ts";
import { operationNames, operationOf } from "../../../compiler/ops/registry.ts";
import { Random } from "../../../runtime/random.ts";
import { randomProgram } from "../../../tools/verify/random-networks/generate.ts";
import { type Subject, subjectOf } from "../../../tools/verify/random-networks/subject.ts";

/** Networks looked at, at most, of the sequence that `npm run verify:networks` examines. */
const most = 2000;

/** Operations that no random network has, with the reason. */
const exceptions: Readonly<Record<string, string>> = {};

/** What joins have to do with feature maps that are repeated. */
type Form = "one position" | "one channel" | "both" | "the first one" | "of three";
const forms: readonly Form[] = ["one position", "one channel", "both", "the first one", "of three"];

const broadcasting = ["add", "subtract", "multiply", "maximum", "minimum"];

const attentionBlocks = ["non_local", "position_attention", "channel_self_attention", "cbam"];

function* subjects(): Iterable<Subject> {
  for (let index = 0; index < most; index += 1)
    yield subjectOf(randomProgram(new Random(1, `network ${index}`)));
}

/** What is left of `wanted` when no more networks are there. */
function missing(
  wanted: readonly string[],
  foundIn: (subject: Subject) => Iterable<string>,
): readonly string[] {
  const left = new Set(wanted);
  for (const subject of subjects()) {
    if (left.size === 0) break;
    for (const found of foundIn(subject)) left.delete(found);
  }
  return [...left];
}

test("every operation of the registry is in some random network that compiles", () => {
  const wanted = operationNames.filter((name) => !Object.hasOwn(exceptions, name));
  expect(missing(wanted, ({ graph }) => graph?.nodes.map(({ operation }) => operation) ?? [])).toEqual([]);
}, 300_000);

test("every join but concat repeats one position, one channel, both, for the first feature map and one of three", () => {
  const wanted = broadcasting.flatMap((join) => forms.map((form) => `${join}: ${form}`));
  const found = ({ graph }: Subject): readonly string[] =>
    graph?.nodes.flatMap((node) => formsOf(graph, node).map((form) => `${node.operation}: ${form}`)) ?? [];
  expect(missing(wanted, found)).toEqual([]);
}, 300_000);

test("every attention block of std/blocks is called in some random network that compiles", () => {
  const found = ({ graph, source }: Subject): readonly string[] =>
    graph === undefined ? [] : attentionBlocks.filter((block) => source.text.includes(`${block}(`));
  expect(missing(attentionBlocks, found)).toEqual([]);
}, 300_000);

function formsOf({ nodes }: Graph, node: GraphNode): readonly Form[] {
  if (operationOf(node).broadcasts !== true) return [];
  const maps = node.inputs.flatMap((input) => nodes[input]?.map ?? []);
  const single = maps.map(({ size }) => size.every(({ cycle, rise }) => rise === 0 && cycle.join() === "1"));
  const repeats = single.includes(true) && single.includes(false);
  const position = maps.map((_, place) => repeats && single[place] === true);
  const channel = maps.map(({ channels }) => channels === 1 && node.map.channels > 1);
  const either = maps.map((_, place) => position[place] === true || channel[place] === true);
  const forms: readonly (readonly [Form, boolean])[] = [
    ["one position", position.includes(true)],
    ["one channel", channel.includes(true)],
    ["both", maps.some((_, place) => position[place] === true && channel[place] === true)],
    ["the first one", either[0] === true],
    ["of three", maps.length > 2 && either.includes(true)],
  ];
  return forms.flatMap(([form, has]) => (has ? [form] : []));
}
