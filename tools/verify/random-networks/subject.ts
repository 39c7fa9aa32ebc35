/** A random program, what the compiler says of it, and what is known from running it. */
import { type Compilation, compile } from "../../../compiler/compile.ts";
import { LineMap } from "../../../compiler/diagnostics/line-map.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { createFileHost } from "../../host/file-sources.ts";
import { type Decisions, decideJoins } from "./decide-joins.ts";
import type { Place, Program } from "./program.ts";
import { type SourceText, sourceText } from "./source-text.ts";

export interface Subject {
  readonly program: Program;
  readonly source: SourceText;
  readonly decisions: Decisions;
  readonly compilation: Compilation;
  /** `undefined`: it does not compile. */
  readonly graph: Graph | undefined;
  /** The line of an offset of the text. */
  readonly lineAt: (offset: number) => number;
}

/** A claim of the compiler that running the program contradicts. */
export interface Disagreement {
  /** What it is about: "size", "accepted sizes", "field" … */
  readonly about: string;
  readonly detail: string;
}

const host = createFileHost();

export function subjectOf(program: Program): Subject {
  const source = sourceText(program);
  const compilation = compile({ path: "random.fcn", text: source.text }, host);
  const lines = new LineMap(source.text);
  return {
    program,
    source,
    decisions: decideJoins(program),
    compilation,
    graph: compilation.networks[0]?.graph,
    lineAt: (offset) => lines.position(offset).line,
  };
}

export function lineOf({ source }: Subject, place: Place): number {
  const line = source.lineOf.get(place);
  if (line === undefined) throw new Error("a statement was never written");
  return line;
}

/** The values of the size symbol to run an axis at; one, for a constant. */
export function sizesOf({ program }: Subject, axis: 0 | 1, to: number): readonly number[] {
  if (program.size[axis].symbol === undefined) return [0];
  return Array.from({ length: to }, (_, index) => index + 1);
}
