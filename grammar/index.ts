/** The door of the grammar: text to syntax tree, and back in one layout. */
export type * from "./ast.ts";
export type * from "./expression.ts";
export { format } from "./format.ts";
export { parse } from "./parse.ts";
export { hull, type Span } from "./span.ts";
export type { SyntaxProblem } from "./syntax-problem.ts";
