/** What a row of the table is: a node of the graph as an expression of TensorFlow.js. */
import type { Refusal } from "../../diagnostics/problem.ts";
import type { NodeOf } from "../../network/graph.ts";
import type { OperationName } from "../../ops/attributes.ts";
import type { HelperName } from "./helpers/registry.ts";

/**
 * An expression with holes: `⟨0⟩` is the first input, `⟨name⟩` the name under which the node's weights are filed, as an
 * expression. Calls of one block whose expressions are equal become one function.
 */
export interface Expression {
  readonly code: string;
  readonly helpers: readonly HelperName[];
}

export type Row<O extends OperationName> = (
  node: NodeOf<O>,
  /** What the holes of the inputs are called. */
  inputs: readonly string[],
) => Expression | Refusal;

export const nameHole = "⟨name⟩";

export function inputHole(place: number): string {
  return `⟨${place}⟩`;
}

/** A call of a helper: the pass first where it reads weights. */
export function expression(code: string, ...helpers: readonly HelperName[]): Expression {
  return { code, helpers };
}

/** Entries that differ from a helper's own defaults, as an object; nothing where all do not. */
export function options(entries: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(entries).filter(([, code]) => code !== undefined);
  return given.length === 0 ? "" : `, { ${given.map(([name, code]) => `${name}: ${code}`).join(", ")} }`;
}
