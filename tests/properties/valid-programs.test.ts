import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/network/graph.ts";
import { printGraph } from "../../compiler/network/print.ts";
import { readGraph } from "../../compiler/network/read.ts";
import { verifyGraph } from "../../compiler/network/verify.ts";
import { format } from "../../grammar/format.ts";
import { compileText } from "../support/compile-source.ts";
import { type ValidProgram, validProgram } from "./valid-program.ts";

function graphOf({ text, width }: ValidProgram): Graph {
  const { networks, diagnostics } = compileText(text, { settings: new Map([["width", String(width)]]) });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(errors.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  const [network] = networks;
  if (network === undefined) throw new Error("no network and no error");
  return network.graph;
}

const runs = { numRuns: 150, seed: 20260703 };

/** Where the source is, a printed graph does not say. */
function withoutSpans(graph: Graph): Graph {
  const nodes = graph.nodes.map((node) => ({ ...node, origin: { ...node.origin, span: undefined } }));
  return { ...graph, nodes };
}

describe("of any program without mistakes,", () => {
  it("the graph violates nothing, has unique names and is the same each time", () => {
    fc.assert(
      fc.property(validProgram, (program) => {
        const graph = graphOf(program);
        expect(verifyGraph(graph)).toEqual([]);
        const names = graph.nodes.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        expect(printGraph(graphOf(program))).toBe(printGraph(graph));
      }),
      runs,
    );
  }, 120_000);

  it("the formatted text gives the same graph", () => {
    fc.assert(
      fc.property(validProgram, (program) => {
        const laidOut = format(program.text, "test.fcn");
        if ("problems" in laidOut) throw new Error("the program has a syntax error");
        expect(printGraph(graphOf({ ...program, text: laidOut.text }))).toBe(printGraph(graphOf(program)));
      }),
      runs,
    );
  }, 120_000);

  it("the printed graph, read back, is the graph", () => {
    fc.assert(
      fc.property(validProgram, (program) => {
        const graph = graphOf(program);
        expect(readGraph(printGraph(graph))).toEqual(withoutSpans(graph));
      }),
      runs,
    );
  }, 120_000);
});
