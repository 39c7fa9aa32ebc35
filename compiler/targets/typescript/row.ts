/** What a row of the table is: a node of the graph as an expression of TensorFlow.js. */
import type { Refusal } from "../../diagnostics/problem.ts";
import type { Graph, NodeOf } from "../../network/graph.ts";
import type { OperationName } from "../../ops/attributes.ts";
import type { HelperName } from "./helpers/registry.ts";

/** A number, pair, margins or boolean of an expression. Where calls of one block differ in it, it is a parameter of the block's function. */
export interface Argument {
  readonly name: string;
  readonly code: string;
  /** What the helper assumes anyway, which is not written. */
  readonly usual?: string;
}

/**
 * An expression with holes: `⟨0⟩` is the first input, `⟨name⟩` the name under which the node's weights are filed, as an
 * expression; `⟨:rate⟩` the argument of that name, `⟨settings⟩` the others as an object, after a comma. Calls of one block whose
 * expressions are equal become one function.
 */
export interface Expression {
  readonly code: string;
  readonly arguments: readonly Argument[];
  readonly helpers: readonly HelperName[];
}

export type Row<O extends OperationName> = (
  node: NodeOf<O>,
  /** What the holes of the inputs are called. */
  inputs: readonly string[],
  graph: Graph,
) => Expression | Refusal;

export const nameHole = "⟨name⟩";
export const settingsHole = "⟨settings⟩";

export function inputHole(place: number): string {
  return `⟨${place}⟩`;
}

export function argumentHole(name: string): string {
  return `⟨:${name}⟩`;
}

/** A call of a helper: the pass first where it reads weights. */
export function expression(code: string, ...helpers: readonly HelperName[]): Expression {
  return { code, arguments: [], helpers };
}

export function withArguments(made: Expression, ...given: readonly (Argument | undefined)[]): Expression {
  return { ...made, arguments: given.filter((one) => one !== undefined) };
}

export function argument(name: string, value: string | number | boolean, usual?: number | boolean): Argument {
  return { name, code: String(value), ...(usual === undefined ? {} : { usual: String(usual) }) };
}

/** The expression with its arguments as they are, or as something else: a parameter's name. */
export function filledCode(
  { code, arguments: all }: Expression,
  replaced: (place: number) => string | undefined = () => undefined,
): string {
  let filled = code;
  const settings: string[] = [];
  for (const [place, { name, code: own, usual }] of all.entries()) {
    const replacement = replaced(place);
    const value = replacement ?? own;
    if (filled.includes(argumentHole(name))) filled = filled.replaceAll(argumentHole(name), value);
    else if (replacement !== undefined || own !== usual)
      settings.push(value === name ? name : `${name}: ${value}`);
  }
  return filled.replace(settingsHole, settings.length === 0 ? "" : `, { ${settings.join(", ")} }`);
}
