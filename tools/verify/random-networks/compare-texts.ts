/** Compares a network with what it is after the formatter, and after its graph was printed and read. */
import { compile } from "../../../compiler/compile.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { printGraph } from "../../../compiler/network/print.ts";
import { ReadFailure, readGraph } from "../../../compiler/network/read.ts";
import { verifyGraph } from "../../../compiler/network/verify.ts";
import { format } from "../../../grammar/format.ts";
import { type Disagreement, host, path, type Subject } from "./subject.ts";

export function compareTexts({ source }: Subject, graph: Graph): readonly Disagreement[] {
  const printed = printGraph(graph);
  const disagreements: Disagreement[] = verifyGraph(graph).map((violation) => ({
    about: "a rule of graphs",
    detail: JSON.stringify(violation),
  }));
  const say = (about: string, detail: string): void => {
    disagreements.push({ about, detail });
  };
  const formatted = format(source.text, path);
  if ("problems" in formatted) say("format", "the formatter refuses the program");
  else {
    const again = format(formatted.text, path);
    if ("problems" in again || again.text !== formatted.text)
      say("format", "formatted again, it is another text");
    const [network] = compile({ path, text: formatted.text }, host).networks;
    if (network === undefined) say("format", "the formatted program does not compile");
    else if (printGraph(network.graph) !== printed) say("format", "the formatted program is another network");
  }
  const read = readGraph(printed);
  if (read instanceof ReadFailure || printGraph(read) !== printed)
    say("print", "the printed graph, read, is another");
  return disagreements;
}
