/** Joins of feature maps that grow differently, which reduce an open range of input sizes to a few. */

import type { Span } from "../../../grammar/span.ts";
import { axes } from "../../axis.ts";
import { Refusal } from "../../diagnostics/problem.ts";
import type { GraphNode } from "../../network/graph.ts";
import { readInputs } from "../../network/node-inputs.ts";
import { operationOf } from "../../ops/registry.ts";
import { formatSet } from "../../sizes/format-set.ts";
import { formula } from "../../sizes/formula.ts";
import type { SizeSet } from "../../sizes/size-function.ts";
import { allSizes, existsSet, intersect } from "../../sizes/size-set.ts";
import type { Elaboration } from "./elaboration.ts";

/** What messages call an operation that needs feature maps of fitting sizes; `undefined`: it needs none. */
function joinWord(node: GraphNode): string | undefined {
  if (operationOf(node).kind === "crop") return node.inputs.length > 1 ? "crop" : undefined;
  return readInputs(node).length > 1 ? node.operation : undefined;
}

/** Warns about a join that reduces infinitely many accepted sizes to finitely many. `before`: the sizes accepted without it. */
export function warnFewLeft(
  node: GraphNode,
  before: ReadonlyMap<string, SizeSet>,
  span: Span,
  state: Elaboration,
): void {
  const join = joinWord(node);
  if (join === undefined) return;
  for (const axis of [0, 1] as const) {
    const { symbol } = node.map.size[axis];
    const after = symbol === undefined ? undefined : state.accepted.get(symbol);
    if (symbol === undefined || after === undefined) continue;
    const was = before.get(symbol) ?? allSizes(symbol);
    if (endsSomewhere(after) === endsSomewhere(was)) continue;
    const [first, ...others] = node.inputs.map((id) => state.builder.node(id));
    const second = others.find((other) => other.map.size[axis] !== first?.map.size[axis]);
    if (first === undefined || second === undefined) continue;
    const [firstFormula, secondFormula] = [first, second].map(({ map }) => {
      const size = map.size[axis];
      const domain = size.symbol === undefined ? existsSet(size) : intersect(existsSet(size), was);
      return formula(size, domain instanceof Refusal ? existsSet(size) : domain, { unicode: true });
    }) as [string, string]; // two in, two out
    const facts = {
      join,
      axis: axes[axis],
      firstFormula,
      secondFormula,
      left: formatSet(after, { unicode: true }),
      before: formatSet(was, { unicode: true }),
    };
    const related = [first, second].flatMap(({ origin }, place) =>
      origin.span === undefined
        ? []
        : [
            {
              span: origin.span,
              message: `${axes[axis] === "y" ? "height" : "width"} ${place === 0 ? firstFormula : secondFormula}`,
            },
          ],
    );
    state.report("sizes/few-left", facts, span, { related });
    return;
  }
}

function endsSomewhere({ cycle }: SizeSet): boolean {
  return !cycle.includes(true);
}
