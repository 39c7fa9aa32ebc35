/** A random program, what the compiler says of it, and what is known from running it. */
import { type Compilation, compile } from "../../../compiler/compile.ts";
import { LineMap } from "../../../compiler/diagnostics/line-map.ts";
import type { Graph } from "../../../compiler/network/graph.ts";
import { createFileHost } from "../../host/file-sources.ts";
import { counted } from "./cells.ts";
import { type Decisions, decideJoins } from "./decide-joins.ts";
import { type Executed, executed } from "./execute.ts";
import type { Place, Program, Statement, Written, WrittenProgram } from "./program.ts";
import { type SourceText, sourceText } from "./source-text.ts";
import { unroll } from "./unroll.ts";

export interface Subject {
  readonly program: Program;
  readonly source: SourceText;
  readonly writtenAs: ReadonlyMap<Statement, Written>;
  /** Found when it is first asked for: it takes far longer than to compile the program. */
  readonly decisions: Decisions;
  /** The program run along an axis, positions only counted. */
  readonly countedAt: (axis: 0 | 1, size: number) => Executed<null>;
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

export const host = createFileHost();
export const path = "random.fcn";

export function subjectOf(written: WrittenProgram): Subject {
  const source = sourceText(written);
  const { program, writtenAs } = unroll(written);
  const compilation = compile({ path, text: source.text }, host);
  const lines = new LineMap(source.text);
  let found: Decisions | undefined;
  const decisions = (): Decisions => {
    found ??= decideJoins(program);
    return found;
  };
  return {
    program,
    source,
    writtenAs,
    get decisions() {
      return decisions();
    },
    countedAt: (axis, size) =>
      decisions().runAt(axis, size) ?? executed({ program, axis, size, decided: decisions() }, counted),
    compilation,
    graph: compilation.networks[0]?.graph,
    lineAt: (offset) => lines.position(offset).line,
  };
}

export function lineOf({ source, writtenAs }: Subject, place: Place): number {
  const written = typeof place === "string" ? place : writtenAs.get(place);
  const line = written === undefined ? undefined : source.lineOf.get(written);
  if (line === undefined) throw new Error("a statement was never written");
  return line;
}

/** That of every input's size along an axis, if it has one. */
export function symbolOf({ inputs: [first] }: Program, axis: 0 | 1): string | undefined {
  return first.size[axis].symbol;
}

/** The values of the size symbol to run an axis at; one, for a constant. */
export function sizesOf({ program }: Subject, axis: 0 | 1, to: number): readonly number[] {
  if (symbolOf(program, axis) === undefined) return [0];
  return Array.from({ length: to }, (_, index) => index + 1);
}
