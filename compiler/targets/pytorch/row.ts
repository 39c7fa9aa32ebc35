/** What a row of the table is: a node of the graph as a module of PyTorch and an expression that calls it. */
import type { Refusal } from "../../diagnostics/problem.ts";
import type { Graph, NodeOf } from "../../network/graph.ts";
import type { OperationName } from "../../ops/attributes.ts";
import type { HelperName } from "./layers/registry.ts";

/** An argument of a module's constructor. Where calls of one block differ in it, it becomes a parameter of the block's class. */
export interface Argument {
  readonly name: string;
  readonly code: string;
  readonly type: "int" | "Tuple[int, int]" | "float" | "bool" | "str";
  /** The constructor's default, which is not written. */
  readonly usual?: string;
  /** Written without its name. */
  readonly isPositional?: true;
  /** What a class calls it; the name where left out. */
  readonly parameter?: string;
}

export interface Module {
  /** "nn.Conv2d" */
  readonly type: string;
  readonly arguments: readonly Argument[];
  /** What is done to the new module: an expression with `⟨new⟩`. */
  readonly wrapped?: string;
  /** Its parameters do not change in training. */
  readonly isFrozen?: true;
}

export interface Layer {
  /** With holes: `⟨0⟩` is the first input, `⟨module⟩` the module. */
  readonly code: string;
  readonly module?: Module;
  readonly helpers: readonly HelperName[];
}

export type Row<O extends OperationName> = (
  node: NodeOf<O>,
  /** What the holes of the inputs are called. */
  inputs: readonly string[],
  graph: Graph,
) => Layer | Refusal;

export const moduleHole = "⟨module⟩";
export const newHole = "⟨new⟩";

export function inputHole(place: number): string {
  return `⟨${place}⟩`;
}

export function expression(code: string, ...helpers: readonly HelperName[]): Layer {
  return { code, helpers };
}

/** Of a call: arguments that differ from the function's own defaults. */
export function keywords(entries: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(entries)
    .flatMap(([name, code]) => (code === undefined ? [] : [`, ${name}=${code}`]))
    .join("");
}
