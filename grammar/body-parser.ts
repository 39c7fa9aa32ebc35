/** Bodies in braces, and how the parser finds the next statement after a broken one. */
import { EOF, type IToken } from "chevrotain";
import type { Body, Statement } from "./ast.ts";
import { CallParser } from "./call-parser.ts";
import type { LexedSource } from "./lexer.ts";
import { columnOf } from "./lexer.ts";
import type { Rule } from "./parser-base.ts";
import * as t from "./tokens.ts";

export abstract class BodyParser extends CallParser {
  protected abstract readonly statement: Rule<Statement>;
  /** Opening braces whose closing one is further left than their own line. */
  private hanging: IToken[] = [];

  protected readonly body: Rule<Body> = this.rule("body", () => {
    const opening = this.CONSUME(t.LeftBrace);
    return this.deeper(() => {
      this.opens(opening);
      const statements: Statement[] = [];
      if (this.RECORDING_PHASE) this.MANY(() => this.SUBRULE(this.statement));
      else this.readStatements(statements);
      this.closeBrace(opening, () => this.CONSUME(t.RightBrace));
      return this.ACTION(() => ({ kind: "body", statements, span: this.spanFrom(opening.startOffset) }));
    });
  });

  private readStatements(statements: Statement[]): void {
    while (!this.next(t.RightBrace) && !this.next(EOF) && !this.itemBegins()) {
      const statement = this.recovering(
        () => {
          this.starts.add(this.LA(1).startOffset);
          return this.SUBRULE(this.statement);
        },
        (openedInside, first) => this.skipStatement(openedInside, first),
      );
      if (statement !== undefined) statements.push(statement);
    }
  }

  /** Reads `}`. Where the file or an item begins instead, says which brace was left open and continues as if it were closed. */
  protected closeBrace(opening: IToken, close: () => IToken): void {
    if (this.RECORDING_PHASE || this.next(t.RightBrace)) {
      const closing = close();
      if (this.RECORDING_PHASE) return;
      this.closes();
      const hangsLeft = this.source.lineStarts.has(closing.startOffset);
      if (hangsLeft && columnOf(closing) < this.indentation(opening)) this.hanging.push(opening);
    } else {
      const inside = this.hanging.find((brace) => brace.startOffset > opening.startOffset);
      this.reportUnexpected(["`}`"], this.tokenSpan(inside ?? opening));
      this.closes();
    }
  }

  /** The column of the first token of the line a token is on. */
  protected indentation(token: IToken): number {
    const lineStart = token.startOffset - columnOf(token) + 1;
    const lead = /^[ \t\u00A0\uFEFF]*/.exec(this.source.text.slice(lineStart, token.startOffset));
    return (lead?.[0].length ?? 0) + 1;
  }

  /** Skips to the next statement, or the `}` of the body. Text in braces on the way is parsed for its own mistakes. */
  private skipStatement(openedInside: number, first: IToken): void {
    let depth = openedInside;
    let afterClosing = false;
    if (this.LA(1) === first && !this.next(t.LeftBrace)) this.skipToken();
    while (!this.next(EOF) && !this.next(t.RightBrace) && !this.itemBegins()) {
      if (this.mayStart(depth, afterClosing, first)) return;
      if (this.next(t.LeftBrace)) {
        this.SUBRULE9(this.body);
        depth = 0;
        afterClosing = true;
        continue;
      }
      const closing = this.next(t.RightParenthesis) || this.next(t.RightBracket);
      if (this.next(t.LeftParenthesis) || this.next(t.LeftBracket)) depth += 1;
      if (closing) depth = Math.max(0, depth - 1);
      afterClosing = closing && depth === 0;
      this.skipToken();
    }
  }

  private mayStart(depth: number, afterClosing: boolean, first: IToken): boolean {
    if (!this.next(t.StatementWord) && !this.next(t.CalleeWord)) return false;
    if (depth === 0) return afterClosing || this.beginsLine();
    return this.beginsLine() && columnOf(this.LA(1)) <= this.indentation(first);
  }

  protected override begin(source: LexedSource): void {
    super.begin(source);
    this.hanging = [];
  }
}
