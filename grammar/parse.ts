/** Text to syntax tree. Never throws for what the text contains: mistakes are problems beside a tree of what is whole. */
import type { Program } from "./ast.ts";
import { lex } from "./lexer.ts";
import { parseLexed } from "./parse-lexed.ts";
import type { SyntaxProblem } from "./syntax-problem.ts";

/** `file` is the path that spans carry. Problems come in the order of the text. */
export function parse(
  text: string,
  file: string,
): { readonly program: Program; readonly problems: readonly SyntaxProblem[] } {
  const { program, problems } = parseLexed(lex(text, file));
  return { program, problems };
}
