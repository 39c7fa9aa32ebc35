/** Calls at the start of a statement, the names that bind feature maps, and the parameters of networks and blocks. */
import type { Apply, Parameter, Target } from "./ast.ts";
import { ExpressionParser } from "./expression-parser.ts";
import { type Rule, wanting } from "./parser-base.ts";
import * as t from "./tokens.ts";

export abstract class CallParser extends ExpressionParser {
  /** `conv(64, 3x3)`, without `as`. */
  protected readonly apply: Rule<Apply> = this.rule("apply", () => {
    const callee = this.CONSUME(t.CalleeWord);
    const args = this.OPTION(() => this.SUBRULE(this.argumentList));
    return this.ACTION(() => ({
      kind: "apply",
      callee: this.nameOf(callee),
      arguments: args,
      as: undefined,
      span: this.spanFrom(callee.startOffset),
    }));
  });

  protected readonly target: Rule<Target> = this.rule("target", () => {
    this.CONSUME(t.As);
    const renewed = this.OPTION({
      // A feature map may be called new: `as new` at the end of a line, and before anything but a name.
      GATE: () => this.next(t.New) && this.next(t.Word, 2) && !this.beginsLine(2),
      DEF: () => this.CONSUME(t.New),
    });
    const word = this.CONSUME(t.Word);
    const indices = this.OPTION2(() => this.SUBRULE(this.indices));
    return this.ACTION(() => ({
      kind: "target",
      name: this.nameOf(word),
      indices: indices ?? [],
      renewed: renewed !== undefined,
      span: this.spanFrom(word.startOffset),
    }));
  });

  /** `(classes = 2, kernel: extent = 3x3)`; none at all is allowed. */
  protected readonly parameterList: Rule<readonly Parameter[]> = this.rule("parameterList", () => {
    const found: Parameter[] = [];
    const owner = this.LA(0).image;
    this.OPTION(() => {
      const opening = this.CONSUME(t.LeftParenthesis);
      this.attached.add(opening.startOffset);
      this.opens(opening);
      this.reading(
        () => `the parameters of ${owner}`,
        () => {
          this.OPTION2(() => found.push(this.SUBRULE(this.parameter)));
          this.MANY({
            GATE: () => !this.next(t.RightParenthesis, 2),
            DEF: () => {
              this.CONSUME(t.Comma);
              found.push(this.SUBRULE2(this.parameter));
            },
          });
          this.OPTION3(() => this.CONSUME2(t.Comma));
          this.CONSUME(t.RightParenthesis, { ERR_MSG: wanting("`,`", "`)`") });
          this.closes();
        },
      );
    });
    return found;
  });

  private readonly parameter: Rule<Parameter> = this.rule("parameter", () => {
    const word = this.CONSUME(t.Word);
    const type = this.OPTION(() => {
      this.CONSUME(t.Colon);
      return this.CONSUME2(t.Word);
    });
    const value = this.OPTION2(() => {
      this.CONSUME(t.Equals);
      return this.SUBRULE(this.expression);
    });
    return this.ACTION(() => ({
      kind: "parameter",
      name: this.nameOf(word),
      type: type === undefined ? undefined : this.nameOf(type),
      default: value,
      span: this.spanFrom(word.startOffset),
    }));
  });
}
