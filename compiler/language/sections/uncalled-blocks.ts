/** Checks blocks that no network calls: it finds the errors that every call would have. */
import type { Block } from "../../../grammar/ast.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { enoughErrors } from "../../diagnostics/most-errors.ts";
import { bindName } from "../calls/bind-name.ts";
import { evaluate } from "../expressions/evaluate.ts";
import type { LostText } from "../names/lost-text.ts";
import { Scope } from "../names/scope.ts";
import { poison } from "../names/value.ts";
import { Elaboration } from "../state/elaboration.ts";
import { elaborateBody } from "./statements.ts";

/** `blocks`: the blocks of a file; `called`: those that its networks call. */
export function checkUncalledBlocks(
  blocks: readonly Block[],
  called: ReadonlySet<Block>,
  fileScope: Scope,
  lost: ReadonlyMap<string, LostText>,
): readonly Diagnostic[] {
  const reached = new Set(called);
  const found: Diagnostic[] = [];
  for (const block of blocks) {
    if (reached.has(block)) continue;
    if (enoughErrors(found)) break;
    const state = new Elaboration(block.name.text, lost, elaborateBody, { uncalled: true });
    state.current = poison;
    const scope = new Scope(fileScope, true);
    for (const { name, default: byDefault, span } of block.parameters)
      bindName(
        name.text,
        byDefault === undefined ? poison : evaluate(byDefault, scope, state),
        { span, definition: name.span, kind: "parameter" },
        scope,
        state,
      );
    elaborateBody(block.body, scope, state, "block");
    for (const one of state.calledBlocks) reached.add(one);
    found.push(...state.diagnostics);
  }
  return found;
}
