/** Values: numbers, names, lists, calls, operators; and the argument lists made of them. */
import { EOF, type IToken } from "chevrotain";
import type { Argument, Expression, ListLiteral, Name } from "./expression.ts";
import { stringValue } from "./lexer.ts";
import { ParserBase, type Rule, wanting } from "./parser-base.ts";
import { foldOperators, type Operator, type SignedOperand } from "./precedence.ts";
import {
  Comma,
  Dot,
  Equals,
  ExtentToken,
  False,
  InfixOperator,
  LeftBracket,
  LeftParenthesis,
  NameWord,
  NumberToken,
  PrefixOperator,
  RightBracket,
  RightParenthesis,
  StatementWord,
  StringToken,
  True,
  Word,
} from "./tokens.ts";

type ListItem = ListLiteral["items"][number];

export abstract class ExpressionParser extends ParserBase {
  /** Inside a `train` section: lines end entries, and any word is a term. */
  protected inTrain = false;

  protected readonly expression: Rule<Expression> = this.rule("expression", () =>
    this.deeper(() => {
      const rest: { operator: Operator; operand: SignedOperand }[] = [];
      const first = this.SUBRULE(this.operand);
      this.MANY({
        GATE: () => !this.entryEnds(),
        DEF: () => {
          const sign = this.CONSUME(InfixOperator);
          this.descend();
          const operand = this.SUBRULE2(this.operand);
          rest.push({ operator: { text: sign.image, span: this.tokenSpan(sign) }, operand });
        },
      });
      return this.ACTION(() => {
        for (const [index, { operator, operand }] of rest.entries()) {
          const before = rest[index - 1];
          const neighbours = [before?.operator, rest[index + 1]?.operator];
          if (!standsClose(operator, neighbours, before?.operand ?? first, operand)) continue;
          this.attached.add(operator.span.start);
          this.attached.add(operand.signs[0]?.span.start ?? operand.value.span.start);
        }
        return foldOperators(first, rest);
      });
    }),
  );

  /** In a `train` section outside brackets an operator that is a word does not continue the line before. */
  private entryEnds(): boolean {
    return this.inTrain && this.beginsLine() && this.next(Word);
  }

  private readonly operand: Rule<SignedOperand> = this.rule("operand", () => {
    const signs: Operator[] = [];
    this.MANY(() => {
      const sign = this.CONSUME(PrefixOperator);
      this.descend();
      signs.push({ text: sign.image, span: this.tokenSpan(sign) });
      if (sign.image === "-") this.attached.add(this.LA(1).startOffset);
    });
    const value = this.SUBRULE(this.postfix);
    return { signs, value };
  });

  private readonly postfix: Rule<Expression> = this.rule("postfix", () => {
    let value = this.SUBRULE(this.primary);
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const indices = this.SUBRULE(this.indices);
            const target = value;
            value = this.ACTION(() => ({
              kind: "index",
              target,
              indices,
              span: this.spanFrom(target.span.start),
            }));
          },
        },
        {
          ALT: () => {
            const dot = this.CONSUME(Dot);
            this.descend();
            const member = this.CONSUME(Word);
            this.attached.add(dot.startOffset).add(member.startOffset);
            const target = value;
            value = this.ACTION(() => ({
              kind: "member",
              target,
              member: this.nameOf(member),
              span: this.spanFrom(target.span.start),
            }));
          },
        },
      ]);
    });
    return value;
  });

  /** `[i]`, `[i, j]` after a name */
  protected readonly indices: Rule<readonly Expression[]> = this.rule("indices", () => {
    const found: Expression[] = [];
    const opening = this.CONSUME(LeftBracket);
    this.descend();
    this.attached.add(opening.startOffset);
    this.opens(opening);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => found.push(this.SUBRULE(this.expression)) });
    this.CONSUME(RightBracket, { ERR_MSG: wanting("`,`", "`]`") });
    this.closes();
    return found;
  });

  private readonly primary: Rule<Expression> = this.rule("primary", () =>
    this.OR<Expression>({
      ERR_MSG: "a value",
      DEF: [
        {
          ALT: () => {
            const token = this.CONSUME(NumberToken);
            return this.ACTION(() => this.numberOf(token));
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(ExtentToken);
            const [height, width] = token.image.split("x").map(Number);
            return { kind: "extent", height: height ?? 0, width: width ?? 0, span: this.tokenSpan(token) };
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(StringToken);
            return { kind: "string", value: stringValue(token), span: this.tokenSpan(token) };
          },
        },
        {
          IGNORE_AMBIGUITIES: true,
          ALT: () => ({ kind: "boolean", value: true, span: this.tokenSpan(this.CONSUME(True)) }),
        },
        {
          IGNORE_AMBIGUITIES: true,
          ALT: () => ({ kind: "boolean", value: false, span: this.tokenSpan(this.CONSUME(False)) }),
        },
        { ALT: () => this.SUBRULE(this.list) },
        {
          ALT: () => {
            const opening = this.CONSUME(LeftParenthesis);
            this.opens(opening);
            const inner = this.SUBRULE(this.expression);
            this.CONSUME(RightParenthesis, { ERR_MSG: wanting("an operator", "`)`") });
            this.closes();
            return this.ACTION(() => ({ ...inner, span: this.spanFrom(opening.startOffset) }));
          },
        },
        { GATE: () => this.isValueName(), ALT: () => this.SUBRULE(this.named) },
      ],
    }),
  );

  /** `width`, `rotate(90)` */
  private readonly named: Rule<Expression> = this.rule("named", () => {
    const word = this.CONSUME(Word);
    const args = this.OPTION(() => this.SUBRULE(this.argumentList));
    return this.ACTION(() => {
      const name = this.nameOf(word);
      if (args === undefined) return { kind: "reference", name, span: name.span };
      return { kind: "call", callee: name, arguments: args, span: this.spanFrom(word.startOffset) };
    });
  });

  /** A word that begins a statement and is first on its line is that statement, not a value the line before lacks. */
  private isValueName(): boolean {
    if (this.inTrain) return true;
    if (!this.next(NameWord)) return false;
    if (!this.next(StatementWord) || !this.beginsLine()) return true;
    return this.next(Comma, 2) || this.next(RightBracket, 2) || this.next(RightParenthesis, 2);
  }

  private numberOf(token: IToken): Expression {
    const percent = token.image.endsWith("%");
    const value = percent ? Number(token.image.slice(0, -1)) / 100 : Number(token.image);
    return { kind: "number", value, percent, span: this.tokenSpan(token) };
  }

  protected readonly list: Rule<ListLiteral> = this.rule("list", () => {
    const items: ListItem[] = [];
    const opening = this.CONSUME(LeftBracket);
    this.opens(opening);
    return this.reading(
      () => "a list",
      () => {
        this.OPTION(() => items.push(this.SUBRULE(this.listItem)));
        this.MANY({
          GATE: () => !this.next(RightBracket, 2),
          DEF: () => {
            this.CONSUME(Comma);
            items.push(this.SUBRULE2(this.listItem));
          },
        });
        this.OPTION2(() => this.CONSUME2(Comma));
        this.CONSUME(RightBracket, { ERR_MSG: wanting("`,`", "`]`") });
        this.closes();
        return this.ACTION(() => ({ kind: "list", items, span: this.spanFrom(opening.startOffset) }));
      },
    );
  });

  private readonly listItem: Rule<ListItem> = this.rule("listItem", () => {
    let name: Name | undefined;
    this.OPTION({
      GATE: () => this.next(Equals, 2),
      DEF: () => {
        this.OR([
          {
            ALT: () => {
              name = this.nameOf(this.CONSUME(Word));
            },
          },
          {
            // A class name with spaces: ["road marking" = 3].
            ALT: () => {
              const quoted = this.CONSUME(StringToken);
              name = { kind: "name", text: stringValue(quoted), span: this.tokenSpan(quoted) };
            },
          },
        ]);
        this.CONSUME(Equals);
      },
    });
    const value = this.SUBRULE(this.expression);
    return { name, value };
  });

  /** `(64, 3x3, padding = valid)` */
  protected readonly argumentList: Rule<readonly Argument[]> = this.rule("argumentList", () => {
    const found: Argument[] = [];
    const callee = this.LA(0);
    const opening = this.CONSUME(LeftParenthesis);
    this.attached.add(opening.startOffset);
    this.opens(opening);
    return this.reading(
      () => `the arguments of ${callee.tokenType === EOF ? "a call" : callee.image}`,
      () => {
        this.OPTION(() => found.push(this.SUBRULE(this.argument)));
        this.MANY({
          GATE: () => !this.next(RightParenthesis, 2),
          DEF: () => {
            this.CONSUME(Comma);
            found.push(this.SUBRULE2(this.argument));
          },
        });
        this.OPTION2(() => this.CONSUME2(Comma));
        this.CONSUME(RightParenthesis, { ERR_MSG: wanting("`,`", "`)`") });
        this.closes();
        return found;
      },
    );
  });

  protected readonly argument: Rule<Argument> = this.rule("argument", () => {
    const first = this.LA(1);
    const name = this.OPTION({
      GATE: () => this.next(Equals, 2),
      DEF: () => {
        const word = this.CONSUME(Word);
        this.CONSUME(Equals);
        return word;
      },
    });
    const value = this.SUBRULE(this.expression);
    return this.ACTION(() => ({
      kind: "argument",
      name: name === undefined ? undefined : this.nameOf(name),
      value,
      span: this.spanFrom(first.startOffset),
    }));
  });

  /** `, crop = aligned, pad = zeros` after what it belongs to. */
  protected readonly options: Rule<readonly Argument[]> = this.rule("options", () => {
    const found: Argument[] = [];
    this.MANY(() => {
      this.CONSUME(Comma);
      found.push(this.SUBRULE(this.argument));
    });
    return found;
  });
}

/** `2^i` and `H/16` are written without spaces, but not the division in `a * b / c`. */
function standsClose(
  operator: Operator,
  neighbours: readonly (Operator | undefined)[],
  left: SignedOperand,
  right: SignedOperand,
): boolean {
  if (operator.text === "^") return true;
  const plain = (operand: SignedOperand): boolean =>
    operand.signs.length === 0 && (operand.value.kind === "number" || operand.value.kind === "reference");
  const crowded = neighbours.some((other) => other !== undefined && /^(?:[*/^]|mod)$/.test(other.text));
  return operator.text === "/" && !crowded && plain(left) && plain(right);
}
