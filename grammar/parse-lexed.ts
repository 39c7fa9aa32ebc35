/** Words to syntax tree, with everything the formatter needs to know beside the tree. */
import type { LexedSource } from "./lexer.ts";
import { type ParsedSource, ProgramParser } from "./program-parser.ts";

let parser: ProgramParser | undefined;

/** Problems of words and of syntax, in the order of the text. */
export function parseLexed(source: LexedSource): ParsedSource {
  parser ??= new ProgramParser(true);
  const parsed = parser.parseSource(source);
  const problems = [...source.problems, ...parsed.problems].sort(
    (first, second) => first.span.start - second.span.start,
  );
  return { ...parsed, problems };
}
