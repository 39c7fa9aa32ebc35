/** The statements of a body and of every body inside it, in the order of the text. */
import type { Body, Statement } from "../../../grammar/ast.ts";

export function* statementsWithin(body: Body): Iterable<Statement> {
  for (const statement of body.statements) {
    yield statement;
    for (const inner of bodiesOf(statement)) yield* statementsWithin(inner);
  }
}

/** The bodies directly inside a statement. */
function bodiesOf(statement: Statement): readonly Body[] {
  switch (statement.kind) {
    case "section":
      return statement.content.kind === "body" ? [statement.content] : [];
    case "skip":
      return statement.path === undefined ? [] : [statement.path];
    case "residual":
      return statement.shortcut === undefined ? [statement.body] : [statement.body, statement.shortcut];
    case "if":
      if (statement.else?.kind === "if") return [statement.then, ...bodiesOf(statement.else)];
      return statement.else === undefined ? [statement.then] : [statement.then, statement.else];
    case "fork":
    case "path":
    case "for":
    case "repeat":
    case "block":
      return [statement.body];
    default:
      return [];
  }
}
