/** Slips of the pen that explain an unexpected token: what the author probably meant. */
import type { IToken } from "chevrotain";
import { endOf, type LexedSource, lineOf } from "./lexer.ts";
import type { Slip } from "./syntax-problem.ts";
import {
  As,
  By,
  Colon,
  Dilated,
  Dot,
  Equals,
  For,
  From,
  Identifier,
  If,
  Import,
  In,
  NumberToken,
  StringToken,
  Word,
} from "./tokens.ts";

/** `token` is the one that was not `wanted`. */
export function findSlip(source: LexedSource, token: IToken, wanted: readonly string[]): Slip | undefined {
  const index = source.tokens.indexOf(token);
  if (index < 0) return undefined;
  const previous = source.tokens[index - 1];
  const next = source.tokens[index + 1];
  const spanOf = (start: number, end: number) => ({ file: source.file, start, end });

  if (previous?.image === "*" && token.image === "*" && endOf(previous) === token.startOffset) {
    return { kind: "double-star", at: spanOf(previous.startOffset, endOf(token)) };
  }
  if (/^[xX]$/.test(token.image) && previous?.tokenType === NumberToken && next?.tokenType === NumberToken) {
    const at = spanOf(previous.startOffset, endOf(next));
    return { kind: "spaced-extent", text: `${previous.image}x${next.image}`, at };
  }
  if (previous !== undefined && isStatementAsValue(source, index)) {
    return {
      kind: "statement-as-value",
      word: previous.image,
      at: spanOf(previous.startOffset, endOf(previous)),
    };
  }
  if (previous?.tokenType === Import && wanted.includes("`{`")) return importSlip(source, index);
  const paired = pairInParentheses(source, index);
  if (paired !== undefined) return paired;
  if (token.tokenType === Equals && wanted.includes("`{`")) {
    return { kind: "single-equals", at: spanOf(token.startOffset, endOf(token)) };
  }
  const hasStep = source.tokens[index + 2]?.tokenType === Colon; // ranges have none
  const isRange = token.tokenType === Colon && source.tokens[index - 2]?.tokenType === In && !hasStep;
  if (isRange && previous !== undefined && next !== undefined && isValue(next)) {
    const at = spanOf(endOf(previous), next.startOffset);
    return { kind: "colon-range", from: previous.image, to: next.image, at };
  }
  if (wanted.includes("a new line") && (token.tokenType === Equals || token.tokenType === Colon)) {
    return { kind: "entry-equals", text: token.image, at: spanOf(token.startOffset, endOf(token)) };
  }
  if (previous?.tokenType === Dilated && /^\d/.test(token.image)) {
    return { kind: "to-forgotten", at: spanOf(endOf(previous), endOf(previous)) };
  }
  const join = source.tokens[index - 2];
  if (token.tokenType === Equals && join !== undefined && source.tokens[index - 3]?.tokenType === By) {
    return { kind: "option-comma-forgotten", at: spanOf(endOf(join), endOf(join)) };
  }
  if (wanted.includes("`=`") && previous !== undefined && isWord(previous) && isValue(token)) {
    const at = spanOf(endOf(previous), endOf(previous));
    return { kind: "equals-forgotten", name: previous.image, value: token.image, at };
  }
  const foreign = habitOf(source, index, wanted);
  if (foreign !== undefined) return foreign;
  const inList = wanted.includes("`,`");
  if (inList && previous !== undefined && lineOf(previous) === lineOf(token) && isValue(token)) {
    const at = spanOf(endOf(previous), endOf(previous));
    // `[3, H W]` lacks a comma; `conv(64, padding valid)` and `[cell 255]` lack the sign between a name and its value.
    const twoNames = wanted.includes("`]`") && isWord(token);
    if (isWord(previous) && !twoNames && next?.tokenType !== Equals && !wanted.includes("a new line")) {
      return { kind: "equals-forgotten", name: previous.image, value: token.image, at };
    }
    return { kind: "comma-forgotten", at };
  }
  return misspeltKeyword(source, index, wanted);
}

/** `import aspp from "std/blocks"`, `import a as b, c from …`, `import "std/blocks"`; `index` is that of the first word after `import`. */
function importSlip(source: LexedSource, index: number): Slip | undefined {
  const [first] = source.tokens.slice(index);
  if (first === undefined) return undefined;
  const length = source.tokens.slice(index).findIndex(({ tokenType }) => tokenType === From);
  const names = source.tokens.slice(index, index + Math.max(0, length));
  const last = names.at(-1);
  if (first.tokenType.CATEGORIES?.includes(StringToken) === true || first.tokenType === StringToken)
    return {
      kind: "import-braces",
      names: "",
      at: { file: source.file, start: first.startOffset, end: first.startOffset },
    };
  const plain = names.every(
    (token) => lineOf(token) === lineOf(first) && (isWord(token) || token.image === ","),
  );
  if (last === undefined || !plain) return undefined;
  const at = { file: source.file, start: first.startOffset, end: endOf(last) };
  return { kind: "import-braces", names: source.text.slice(at.start, at.end), at };
}

/** `(3, 3)`, as other libraries write a size; `index` is that of its comma. */
function pairInParentheses(source: LexedSource, index: number): Slip | undefined {
  const [opening, first, comma, second, closing] = source.tokens.slice(Math.max(0, index - 2), index + 3);
  const isPair = opening?.image === "(" && comma?.image === "," && closing?.image === ")";
  const isNumber = (token: IToken | undefined) => token !== undefined && /^\d+$/.test(token.image);
  if (!isPair || first === undefined || second === undefined || !isNumber(first) || !isNumber(second))
    return undefined;
  const at = { file: source.file, start: opening.startOffset, end: endOf(closing) };
  return { kind: "spaced-extent", text: `${first.image}x${second.image}`, at };
}

/** What is written so in PyTorch, Keras and figures of networks, where a statement was wanted. */
function habitOf(source: LexedSource, index: number, wanted: readonly string[]): Slip | undefined {
  const [previous, token, next] = [-1, 0, 1].map((step) => source.tokens[index + step]);
  if (token === undefined || previous === undefined || !wanted.includes("a statement")) return undefined;
  const spanOf = (start: number, end: number) => ({ file: source.file, start, end });
  if (/^[-=>]$/.test(token.image) && next?.image === ">" && endOf(token) === next.startOffset) {
    return { kind: "arrow", text: `${token.image}>`, at: spanOf(token.startOffset, endOf(next)) };
  }
  if (
    token.tokenType === Equals &&
    isWord(previous) &&
    next !== undefined &&
    lineOf(next) === lineOf(token)
  ) {
    const end = endOfLineOf(source, index + 1);
    const at = spanOf(previous.startOffset, next.startOffset);
    return { kind: "assignment", name: previous.image, value: !isWord(next), at, end: spanOf(end, end) };
  }
  if (token.image === "[" && previous.image === "]" && endOf(previous) === token.startOffset) {
    return { kind: "second-brackets", at: spanOf(previous.startOffset, endOf(token)) };
  }
  if (token.tokenType === Dot && isWord(previous)) {
    let last = index;
    while (source.tokens[last + 2]?.tokenType === Dot) last += 2;
    const name = source.tokens[last + 1];
    if (name === undefined || !isWord(name)) return undefined;
    return { kind: "qualified-call", name: name.image, at: spanOf(previous.startOffset, name.startOffset) };
  }
  const opened =
    token.tokenType === As && previous.image === "}" ? statementOfBody(source, index - 1) : undefined;
  return opened === undefined
    ? undefined
    : { kind: "named-section", statement: opened.image, at: spanOf(token.startOffset, endOf(token)) };
}

/** Where the text line ends on which the brackets of the call at `index` are closed. */
function endOfLineOf(source: LexedSource, index: number): number {
  let depth = 0;
  let at = index;
  for (; at < source.tokens.length; at++) {
    const token = source.tokens[at];
    const next = source.tokens[at + 1];
    if (token === undefined) break;
    if (/^[([{]$/.test(token.image)) depth += 1;
    if (/^[)\]}]$/.test(token.image)) depth -= 1;
    if (depth < 0) return endOf(source.tokens[at - 1] ?? token);
    if (depth === 0 && (next === undefined || lineOf(next) !== lineOf(token) || next.image === "}"))
      return endOf(token);
  }
  return source.text.length;
}

/** The word that begins the statement whose body ends at `closing`, where that is a section, which has its name before it. */
function statementOfBody(source: LexedSource, closing: number): IToken | undefined {
  let depth = 0;
  let at = closing;
  for (; at >= 0; at--) {
    if (source.tokens[at]?.image === "}") depth += 1;
    if (source.tokens[at]?.image === "{") depth -= 1;
    if (depth === 0) break;
  }
  const opening = source.tokens[at];
  const line = opening && source.tokens.slice(0, at).findLast((token) => unnamed.includes(token.image));
  return line !== undefined && opening !== undefined && lineOf(line) === lineOf(opening) ? line : undefined;
}

const unnamed = ["encoder", "decoder"];

/** `if` or `for` just behind a bracket, a comma or a sign, where a value is expected, and before a value of its own. */
function isStatementAsValue(source: LexedSource, index: number): boolean {
  const [before, previous, token] = [-2, -1, 0].map((step) => source.tokens[index + step]);
  const opens = before !== undefined && /^[(,=[]$/.test(before.image);
  const word = previous?.tokenType === If || previous?.tokenType === For;
  return opens && word && token !== undefined && (isValue(token) || token.image === "(");
}

function isWord(token: IToken): boolean {
  return token.tokenType.CATEGORIES?.includes(Word) === true;
}

function isValue(token: IToken): boolean {
  return (
    isWord(token) || /^\d/.test(token.image) || token.tokenType.CATEGORIES?.includes(StringToken) === true
  );
}

const statementKeywords =
  "input output encoder decoder block skip fork path residual crop from for repeat if let expect".split(" ");
const itemKeywords = ["network", "block", "train", "import"];

/** The first plain word of the line of the unexpected token, or the one just before it. */
function misspeltKeyword(source: LexedSource, index: number, wanted: readonly string[]): Slip | undefined {
  const atItem = wanted.includes("`network`");
  const token = source.tokens[index];
  if (token === undefined || !(atItem || wanted.includes("a statement"))) return undefined;
  const line = source.tokens.find((other) => lineOf(other) === lineOf(token));
  const candidates = atItem ? [token] : [line, source.tokens[index - 1]];
  const word = candidates.find((candidate) => candidate?.tokenType === Identifier);
  if (word === undefined) return undefined;
  return {
    kind: "keyword-misspelt",
    word: word.image,
    keywords: atItem ? itemKeywords : statementKeywords,
    at: { file: source.file, start: word.startOffset, end: endOf(word) },
  };
}
