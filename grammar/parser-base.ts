/** What every part of the parser shares: spans, nesting, and continuing after a mistake. */
import {
  EmbeddedActionsParser,
  EOF,
  type IToken,
  isRecognitionException,
  type ParserMethod,
  tokenMatcher,
} from "chevrotain";
import type { Name } from "./expression.ts";
import { endOf, type LexedSource } from "./lexer.ts";
import type { Span } from "./span.ts";
import type { Slip, SyntaxProblem } from "./syntax-problem.ts";
import {
  categories,
  Import,
  LeftBrace,
  LeftParenthesis,
  Network,
  RightBrace,
  StatementWord,
  Train,
  tokens as vocabulary,
  Word,
} from "./tokens.ts";

export const nestingLimit = 200;

/** Several wanted things in one Chevrotain message, a line each. */
export function wanting(...phrases: readonly string[]): string {
  return phrases.join("\n");
}

/** A token refused by a rule that the token types alone do not show. */
class Mistake extends Error {
  readonly token: IToken;
  constructor(token: IToken, wanted: string) {
    super(wanted);
    this.token = token;
  }
}

class TooDeep extends Error {
  readonly token: IToken;
  constructor(token: IToken) {
    super("too deep");
    this.token = token;
  }
}

function closingOf(opening: IToken): string {
  return opening.tokenType === LeftParenthesis ? "`)`" : "`]`";
}

/** Wanted things that may well begin a line; where one is wanted, the line before is whole. */
function beginsLine(wanted: string): boolean {
  return ["`}`", "a statement", "`network`"].includes(wanted);
}

/** After so many the rest of the text is not read: nobody reads so many, and each costs an exception. */
export const mostMistakes = 1_000;

export type Rule<T> = ParserMethod<[], T>;

const nothing: LexedSource = {
  file: "",
  text: "",
  tokens: [],
  comments: [],
  lineStarts: new Set(),
  docs: new Map(),
  problems: [],
};

export abstract class ParserBase extends EmbeddedActionsParser {
  protected source: LexedSource = nothing;
  /** Brackets opened and not yet closed. */
  protected open: IToken[] = [];
  private during: string | undefined;
  private levels = 0;
  private aborted = false;
  private reportedAt = -1;
  private problemsBefore = 0;
  protected found: SyntaxProblem[] = [];
  /** Start offsets of tokens without a space before them; for the formatter. */
  protected attached = new Set<number>();
  /** Start offsets of the tokens that begin a statement, an item or an entry; for the formatter. */
  protected starts = new Set<number>();

  constructor(skipValidations: boolean) {
    super([...vocabulary, ...categories], {
      recoveryEnabled: false,
      maxLookahead: 1,
      skipValidations,
      errorMessageProvider: {
        buildMismatchTokenMessage: ({ expected }) => expected.LABEL ?? expected.name,
        buildNotAllInputParsedMessage: () => "the end of the file",
        buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
        buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "something else",
      },
    });
  }

  /** A grammar rule whose value has the type of the class field. */
  protected rule<T>(name: string, read: () => T): Rule<T> {
    return this.RULE(name, read);
  }

  protected begin(source: LexedSource): void {
    this.source = source;
    this.input = [...source.tokens];
    this.open = [];
    this.during = undefined;
    this.levels = 0;
    this.aborted = false;
    this.reportedAt = -1;
    this.problemsBefore = 0;
    this.found = [];
    this.attached = new Set();
    this.starts = new Set();
  }

  protected next(type: Parameters<typeof tokenMatcher>[1], ahead = 1): boolean {
    return tokenMatcher(this.LA(ahead), type);
  }

  protected beginsLine(ahead = 1): boolean {
    return this.source.lineStarts.has(this.LA(ahead).startOffset);
  }

  protected tokenSpan(token: IToken): Span {
    if (token.tokenType !== EOF) {
      return { file: this.source.file, start: token.startOffset, end: endOf(token) };
    }
    const last = this.source.tokens.at(-1);
    const end = last === undefined ? this.source.text.length : endOf(last);
    return { file: this.source.file, start: end, end };
  }

  /** From the first unit at `start` to the last token read. */
  protected spanFrom(start: number): Span {
    return { file: this.source.file, start, end: endOf(this.LA(0)) };
  }

  protected nameOf(token: IToken): Name {
    return { kind: "name", text: token.image, span: this.tokenSpan(token) };
  }

  /** Says what is being read, for messages. */
  protected reading<T>(what: () => string | undefined, parse: () => T): T {
    if (this.RECORDING_PHASE) return parse();
    const before = this.during;
    this.during = what();
    const result = parse();
    this.during = before;
    return result;
  }

  /** One level further down; `by` levels where a chain nests as deeply as it is long. */
  protected deeper<T>(parse: () => T): T {
    if (this.RECORDING_PHASE) return parse();
    const before = this.levels;
    this.descend();
    const result = parse();
    this.levels = before;
    return result;
  }

  /** Goes one level down until the `deeper` around it ends: for chains that nest as deeply as they are long. */
  protected descend(): void {
    if (this.RECORDING_PHASE) return;
    this.levels += 1;
    if (this.levels > nestingLimit) throw new TooDeep(this.LA(1));
  }

  protected refuse(wanted: string): never {
    throw new Mistake(this.LA(1), wanted);
  }

  protected opens(token: IToken): void {
    if (!this.RECORDING_PHASE) this.open.push(token);
  }

  protected closes(): void {
    if (!this.RECORDING_PHASE) this.open.pop();
  }

  /** `train X {`, `network X (`, `import {` at the start of a line: a body that reaches one of them was never closed. */
  protected itemBegins(): boolean {
    if (!this.beginsLine()) return false;
    if (this.next(Import)) return this.next(LeftBrace, 2);
    if (!this.next(Network) && !this.next(Train)) return false;
    return this.next(Word, 2) && (this.next(LeftBrace, 3) || this.next(LeftParenthesis, 3));
  }

  /** Runs `parse`; after a mistake reports it, restores the state and lets `skip` find where to continue. */
  protected recovering<T>(
    parse: () => T,
    skip: (openedInside: number, first: IToken) => void,
  ): T | undefined {
    const first = this.LA(1);
    const depth = this.open.length;
    const { during, levels } = this;
    try {
      return parse();
    } catch (thrown) {
      this.reportThrown(thrown);
      const openedInside = this.open.slice(depth).filter((token) => token.tokenType !== LeftBrace).length;
      this.open.length = depth;
      this.during = during;
      this.levels = levels;
      if (this.aborted) this.skipToEnd();
      else skip(openedInside, first);
      return undefined;
    }
  }

  private reportThrown(thrown: unknown): void {
    if (thrown instanceof TooDeep) {
      this.found.push({ kind: "too-deep", limit: nestingLimit, span: this.tokenSpan(thrown.token) });
      this.aborted = true;
    } else if (thrown instanceof Mistake || (thrown instanceof Error && isRecognitionException(thrown))) {
      const wanted = thrown.message.split("\n");
      const bracket = this.leftOpen(wanted);
      if (bracket === undefined) this.reportUnexpected(wanted, undefined);
      else this.reportUnexpected([...new Set([...wanted, closingOf(bracket)])], this.tokenSpan(bracket));
    } else throw thrown;
  }

  /** The open bracket, where the text continued without its closing. */
  private leftOpen(wanted: readonly string[]): IToken | undefined {
    const last = this.open.at(-1);
    if (last === undefined || last.tokenType === LeftBrace) return undefined;
    const statement = this.beginsLine() && this.next(StatementWord);
    const ended = this.next(EOF) || this.next(LeftBrace) || this.next(RightBrace) || statement;
    if (ended) return last;
    const otherEnd = this.beginsLine() || /^[)\]]$/.test(this.LA(1).image);
    return otherEnd && wanted.includes(closingOf(last)) ? last : undefined;
  }

  /** One problem a token: what follows from the first is not said. */
  protected reportUnexpected(wanted: readonly string[], opened: Span | undefined): void {
    const token = this.LA(1);
    const span = this.tokenSpan(token);
    if (this.aborted || span.start === this.reportedAt) return;
    this.reportedAt = span.start;
    if (this.afterUnreadable(span.start)) return;
    const slip = this.slip(wanted);
    const lineEnded = this.beginsLine() && this.LA(0).tokenType !== EOF && !wanted.some(beginsLine);
    const end = lineEnded ? endOf(this.LA(0)) : 0;
    const found = token.tokenType === EOF ? "the end of the file" : token.image;
    this.found.push({
      kind: "unexpected",
      found: lineEnded ? "the end of the line" : found,
      wanted,
      during: this.during,
      span: lineEnded ? { file: span.file, start: end, end } : span,
      opened,
      ...(slip === undefined ? {} : { slip }),
    });
    if (this.found.length >= mostMistakes) this.aborted = true;
  }

  /** Text just before this place was unreadable and is reported already. */
  private afterUnreadable(start: number): boolean {
    const previous = this.LA(0);
    const from = previous.tokenType === EOF ? 0 : previous.startOffset;
    const { problems } = this.source;
    // The parser goes through the text once, and so does this place among its problems.
    while ((problems[this.problemsBefore]?.span.start ?? from) < from) this.problemsBefore++;
    for (let place = this.problemsBefore; ; place++) {
      const problem = problems[place];
      if (problem === undefined || problem.span.start >= start) return false;
      if (problem.span.end > start) continue;
      if (problem.kind === "unterminated-string") return true;
      if (problem.kind === "unknown-character" && !/^[;#'\\“”„]|^\/\*/.test(problem.text)) return true;
    }
  }

  /** A habit or a slip of the pen that explains the mistake at the next token. */
  protected abstract slip(wanted: readonly string[]): Slip | undefined;

  /** Reads one token whatever it is. */
  protected skipToken(): void {
    this.CONSUME(this.LA(1).tokenType);
  }

  protected skipToEnd(): void {
    while (!this.next(EOF)) this.skipToken();
  }
}
