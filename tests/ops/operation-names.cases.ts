/** Whoever asks what an operation is asks its record: its name is known to itself, and to the tables of targets and engines. */
import { it } from "vitest";
import { operationNames } from "../../compiler/ops/registry.ts";
import { expectNamesOnlyIn } from "./names-elsewhere.ts";

/** Tables that have a row for each operation, or for those with an idiom of their own. */
const tables = [
  /^compiler\/ops\//,
  /^compiler\/targets\/[^/]+\/rows/,
  /^compiler\/tensors\/passes\/expand\//,
  // primitives that have the name of an operation
  /^runtime\/engines\/(native\/(lowering|blocked)|tfjs\/(compile|kernels|pointwise|primitives))\//,
  /^runtime\/engines\/native\/running-averages\.ts$/,
];

const exceptions: Readonly<Record<string, string>> = {
  "compiler/network/graph.ts":
    "the types of an input node and of a crop to another feature map, which code that reads their attributes needs",
  "compiler/targets/structure/nouns.ts": "words for feature maps that the program does not name",
  "runtime/engines/tfjs/probe.ts": "makes the graph of one convolution that tries out a backend",
  "tools/documentation/cheat-sheet.ts": "groups the operations as the page shows them",
  "tools/benchmarks/step.ts": "makes the graph whose steps are timed",
  "views/diagram/step-words.ts":
    "a table as of a target, of operations that figures say more of than their label",
  "tools/verify/random-networks/":
    "a second definition of the language, which takes nothing from the compiler",
};

it("knows no operation by its name outside of its own file and the tables of targets and engines", {
  timeout: 300_000,
}, () => {
  expectNamesOnlyIn(tables, exceptions, new Set(operationNames));
});
