/** Text to syntax tree. Never throws for what the text contains: mistakes are problems beside a tree of what is whole. */
import type { Program } from "./ast.ts";
import { type LexedSource, lex } from "./lexer.ts";
import { type ParsedSource, ProgramParser } from "./program-parser.ts";
import type { SyntaxProblem } from "./syntax-problem.ts";

let parser: ProgramParser | undefined;

/** `file` is the path that spans carry. Problems come in the order of the text. */
export function parse(
  text: string,
  file: string,
): { readonly program: Program; readonly problems: readonly SyntaxProblem[] } {
  const { program, problems } = parseLexed(lex(text, file));
  return { program, problems };
}

/** Everything the formatter needs to know beside the tree. */
export function parseLexed(source: LexedSource): ParsedSource {
  parser ??= new ProgramParser(true);
  const parsed = parser.parseSource(source);
  const problems = [...source.problems, ...parsed.problems].sort(
    (first, second) => first.span.start - second.span.start,
  );
  return { ...parsed, problems };
}
