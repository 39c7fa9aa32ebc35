/** Text to tokens: what the parser reads, the comments beside it, and the characters that belong to neither. */
import { type ILexingResult, type IToken, Lexer } from "chevrotain";
import type { Span } from "./span.ts";
import type { SyntaxProblem } from "./syntax-problem.ts";
import { ForeignString, QuotedString, tokens, UnterminatedString } from "./tokens.ts";

export interface LexedSource {
  readonly file: string;
  readonly text: string;
  readonly tokens: readonly IToken[];
  /** `// …` and `/// …`, in order. */
  readonly comments: readonly IToken[];
  /** Start offsets of the tokens that begin their text line. */
  readonly lineStarts: ReadonlySet<number>;
  /** The text of the `///` lines just above a token, by its start offset. */
  readonly docs: ReadonlyMap<number, string>;
  readonly problems: readonly SyntaxProblem[];
}

let lexer: Lexer | undefined;

/** The token definitions are checked by a test, not at every start. */
export function makeLexer(skipValidations: boolean): Lexer {
  return new Lexer(tokens, { positionTracking: "onlyStart", skipValidations });
}

export function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}

/** The text line a token is on, from 1. */
export function lineOf(token: IToken): number {
  return token.startLine ?? 1;
}

/** The column a token begins at, from 1. */
export function columnOf(token: IToken): number {
  return token.startColumn ?? 1;
}

export function lex(text: string, file: string): LexedSource {
  lexer ??= makeLexer(true);
  const result = lexer.tokenize(text);
  const comments = result.groups.comments ?? [];
  const lineStarts = new Set<number>();
  let line = 0;
  for (const token of result.tokens) {
    if (lineOf(token) !== line) lineStarts.add(token.startOffset);
    line = lineOf(token);
  }
  return {
    file,
    text,
    tokens: result.tokens,
    comments,
    lineStarts,
    docs: docsAbove(result.tokens, comments),
    problems: lexicalProblems(result, text, file),
  };
}

function docsAbove(tokens: readonly IToken[], comments: readonly IToken[]): ReadonlyMap<number, string> {
  const docs = new Map<number, string>();
  // `////` is a ruler, not documentation.
  const lines = comments.filter((comment) => /^\/\/\/(?!\/)/.test(comment.image));
  let next = 0;
  let line = 0;
  for (const token of tokens) {
    const above: string[] = [];
    for (let doc = lines[next]; doc !== undefined && doc.startOffset < token.startOffset; doc = lines[next]) {
      if (lineOf(doc) > line) above.push(doc.image.slice(3).replace(/^ /, "").trimEnd());
      next += 1;
    }
    if (above.length > 0) docs.set(token.startOffset, above.join("\n"));
    line = lineOf(token);
  }
  return docs;
}

function lexicalProblems(result: ILexingResult, text: string, file: string): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  const unknown = (text: string, span: Span) => problems.push({ kind: "unknown-character", text, span });
  const spanAt = (start: number, length: number): Span => ({ file, start, end: start + length });

  for (const error of result.errors) {
    unknown(text.slice(error.offset, error.offset + error.length), spanAt(error.offset, error.length));
  }
  for (const foreign of result.groups.foreign ?? []) {
    unknown(foreign.image, spanAt(foreign.startOffset, foreign.image.length));
  }
  for (const token of result.tokens) {
    const span = spanAt(token.startOffset, token.image.length);
    if (token.tokenType === UnterminatedString) problems.push({ kind: "unterminated-string", span });
    if (token.tokenType === ForeignString) unknown(token.image, span);
    if (token.tokenType === QuotedString) {
      for (const pair of token.image.matchAll(/\\(.)/gu)) {
        if (escapes[pair[1] ?? ""] === undefined) {
          unknown(pair[0], spanAt(token.startOffset + pair.index, pair[0].length));
        }
      }
    }
  }
  return problems.sort((first, second) => first.span.start - second.span.start);
}

const escapes: { readonly [letter: string]: string } = { '"': '"', "\\": "\\", n: "\n", t: "\t" };

/** The value of a string token: without its quotes, escapes replaced. */
export function stringValue(token: IToken): string {
  const closed = token.tokenType === UnterminatedString ? token.image.length : -1;
  return token.image.slice(1, closed).replace(/\\(.)/gu, (whole, letter: string) => escapes[letter] ?? whole);
}
