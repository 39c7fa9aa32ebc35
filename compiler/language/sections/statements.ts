/** The statements of a body, one after the other. */
import type { Block, Body, Path, Statement } from "../../../grammar/ast.ts";
import { words } from "../../ops/registry.ts";
import { elaborateApply } from "../calls/apply.ts";
import { bindWord } from "../calls/bind-name.ts";
import { evaluate, evaluateCount, evaluateMap } from "../expressions/evaluate.ts";
import { elaborateExpect } from "../expressions/expect.ts";
import { wrong } from "../expressions/wrong.ts";
import { elaborateCropTo, elaborateFork, elaborateSkip } from "../joins/join.ts";
import { elaborateResidual } from "../joins/residual.ts";
import { Scope } from "../names/scope.ts";
import { poison } from "../names/value.ts";
import type { BodyRole, ElaborateBody, Elaboration } from "../state/elaboration.ts";
import { elaborateInput, elaborateOutput } from "./input-output.ts";
import { namingResult } from "./named-result.ts";
import { elaborateSection } from "./section.ts";

type PathHandler = (path: Path, scope: Scope) => void;

interface Surroundings {
  readonly role: BodyRole;
  readonly onPath: PathHandler | undefined;
}

/** Small enough for the call stack, however blocks and loops are nested. */
const deepestBody = 500;

/** The statements of a body, in order. */
export const elaborateBody: ElaborateBody = (body, scope, state, role, onPath) => {
  if (state.bodyDepth >= deepestBody) {
    if (!state.stopped)
      state.report("names/too-large", { what: "levels of nested bodies", limit: deepestBody }, body.span);
    state.stopped = true;
    return;
  }
  state.bodyDepth++;
  // Blocks are visible in the whole body, also before their definition.
  for (const statement of body.statements)
    if (statement.kind === "block") defineBlock(statement, scope, state);
  for (const [place, statement] of body.statements.entries()) {
    if (state.stopped) break;
    state.skipLost(body, place);
    if (role === "fork" && !forkHolds.has(statement.kind))
      state.report("structure/only-paths-in-fork", { what: describeStatement(statement) }, statement.span);
    else elaborateStatement(statement, scope, state, { role, onPath });
  }
  state.skipLost(body, body.statements.length);
  state.bodyDepth--;
};

const forkHolds: ReadonlySet<Statement["kind"]> = new Set(["path", "for", "repeat", "if", "let", "block"]);

function describeStatement(statement: Statement): string {
  return statement.kind === "apply" ? statement.callee.text : `"${statement.kind.replace("_", " ")}"`;
}

/** Makes a block callable by its name. */
export function defineBlock(block: Block, scope: Scope, state: Elaboration): void {
  const name = block.name.text;
  const known = scope.ownBlock(name);
  if (words.has(name)) {
    scope.refuseBlock(name);
    state.report("names/is-an-operation", { name }, block.name.span);
  } else if (known?.span !== undefined)
    state.report("names/taken", { name, what: "block" }, block.name.span, {
      related: [{ span: known.span, message: "first defined here" }],
    });
  else scope.bindBlock(name, { kind: "block", block, scope }, block.name.span);
}

type Handler<K extends Statement["kind"]> = (
  statement: Extract<Statement, { kind: K }>,
  scope: Scope,
  state: Elaboration,
  around: Surroundings,
) => void;

const handlers: { readonly [K in Statement["kind"]]: Handler<K> } = {
  input: (statement, scope, state) => {
    if (!state.inBlock) elaborateInput(statement, scope, state);
    else {
      state.report("structure/input-in-block", {}, statement.span);
      state.current = poison;
    }
  },
  output: (statement, scope, state) => elaborateOutput(statement, scope, state),
  apply: (statement, scope, state) => elaborateApply(statement, scope, state),
  section: (statement, scope, state) => elaborateSection(statement, scope, state),
  residual: (statement, scope, state) => elaborateResidual(statement, scope, state),
  skip: (statement, scope, state) => elaborateSkip(statement, scope, state),
  fork: (statement, scope, state) => elaborateFork(statement, scope, state),
  path: (statement, scope, state, around) => {
    if (around.onPath === undefined) state.report("structure/path-outside-fork", {}, statement.span);
    else around.onPath(statement, scope);
  },
  crop_to: (statement, scope, state) => elaborateCropTo(statement, scope, state),
  from: (statement, scope, state) => {
    state.current = evaluateMap(statement.source, scope, state);
  },
  for: (statement, scope, state, around) => {
    const values = evaluate(statement.values, scope, state);
    if (values.kind !== "list") {
      const instead = "write a range as 0 ..< 3 (0, 1, 2) or 1 .. 3 (1, 2, 3)";
      wrong(statement.values, "the values of a for loop", "a range or a list", values, scope, state, instead);
      state.current = state.current === undefined ? undefined : poison;
      return;
    }
    namingResult(statement.as, scope, state, around.role, () => {
      for (const value of values.items) {
        if (!state.takeTurn(statement.span)) return;
        const inner = new Scope(scope, false);
        const { text, span } = statement.variable;
        inner.bind(text, { value, span, definition: span, kind: "variable" });
        const step = state.nextStep("turn", statement.variable.text);
        state.within({ path: [...state.path, step] }, () =>
          elaborateInside(statement.body, inner, state, around),
        );
      }
    });
  },
  repeat: (statement, scope, state, around) => {
    const times = evaluateCount(statement.times, "the number of iterations of repeat", 0, scope, state);
    if (times === undefined) state.current = state.current === undefined ? undefined : poison;
    namingResult(statement.as, scope, state, around.role, () => {
      for (let index = 0; index < (times ?? 0); index++) {
        if (!state.takeTurn(statement.span)) return;
        const step = state.nextStep("turn", "repeat");
        state.within({ path: [...state.path, step] }, () =>
          elaborateInside(statement.body, new Scope(scope, false), state, around),
        );
      }
    });
  },
  if: (statement, scope, state, around) => {
    const condition = evaluate(statement.condition, scope, state);
    if (condition.kind !== "boolean") {
      wrong(statement.condition, "the condition of if", "true or false", condition, scope, state);
      state.current = state.current === undefined ? undefined : poison;
      return;
    }
    namingResult(statement.as, scope, state, around.role, () => {
      if (condition.value) elaborateInside(statement.then, new Scope(scope, false), state, around);
      else if (statement.else?.kind === "if") elaborateStatement(statement.else, scope, state, around);
      else if (statement.else !== undefined)
        elaborateInside(statement.else, new Scope(scope, false), state, around);
    });
  },
  let: (statement, scope, state) => {
    const value = evaluate(statement.value, scope, state);
    bindWord(statement.name, value, "variable", scope, state);
  },
  expect: (statement, scope, state) => elaborateExpect(statement, scope, state),
  block: () => {}, // defined at the start of its body
};

function elaborateStatement(
  statement: Statement,
  scope: Scope,
  state: Elaboration,
  around: Surroundings,
): void {
  // The table pairs each kind with its own handler; TypeScript cannot follow that through a generic index.
  (handlers[statement.kind] as Handler<Statement["kind"]>)(statement as never, scope, state, around);
}

/** The body of a loop or branch: in a fork it contains paths, elsewhere plain statements. */
function elaborateInside(body: Body, scope: Scope, state: Elaboration, around: Surroundings): void {
  const role = around.role === "fork" ? "fork" : around.role === "network" ? "network" : "body";
  elaborateBody(body, scope, state, role, around.onPath);
}
