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

test("every operation, every form of repetition of every join that broadcasts, and every attention block is in some network that compiles", () => {
  const left = new Set([
    ...operationNames.filter((name) => !Object.hasOwn(exceptions, name)),
    ...broadcasting.flatMap((join) => forms.map((form) => `${join}: ${form}`)),
    ...attentionBlocks,
  ]);
  for (const { graph, source } of subjects()) {
    if (left.size === 0) break;
    if (graph === undefined) continue;
    for (const node of graph.nodes) {
      left.delete(node.operation);
      for (const form of formsOf(graph, node)) left.delete(`${node.operation}: ${form}`);
    }
    for (const block of attentionBlocks) if (source.text.includes(`${block}(`)) left.delete(block);
  }
  expect([...left]).toEqual([]);
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
