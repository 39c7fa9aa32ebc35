/** The statements of a body, one rule each. */
import type { IToken } from "chevrotain";
import type { Apply, Block, Body, If, Section, Statement } from "./ast.ts";
import { BodyParser } from "./body-parser.ts";
import type { Expression, Name } from "./expression.ts";
import { type Rule, wanting } from "./parser-base.ts";
import * as t from "./tokens.ts";

export abstract class StatementParser extends BodyParser {
  protected readonly statement: Rule<Statement> = this.rule("statement", () =>
    this.reading(
      () => describeStatement(this.LA(1)),
      () =>
        this.OR<Statement>({
          ERR_MSG: "a statement",
          DEF: [
            { ALT: () => this.SUBRULE(this.inputMap) },
            { ALT: () => this.SUBRULE(this.output) },
            { ALT: () => this.SUBRULE(this.section) },
            { ALT: () => this.SUBRULE(this.skip) },
            { ALT: () => this.SUBRULE(this.fork) },
            { ALT: () => this.SUBRULE(this.path) },
            {
              // `residual(64)` calls a block of that name.
              GATE: () => this.next(t.LeftBrace, 2),
              IGNORE_AMBIGUITIES: true,
              ALT: () => this.SUBRULE(this.residual),
            },
            {
              // `crop(2)` is an operation.
              GATE: () => this.next(t.To, 2),
              IGNORE_AMBIGUITIES: true,
              ALT: () => this.SUBRULE(this.cropTo),
            },
            { ALT: () => this.SUBRULE(this.from) },
            { ALT: () => this.SUBRULE(this.forLoop) },
            { ALT: () => this.SUBRULE(this.repeat) },
            { ALT: () => this.SUBRULE(this.conditional) },
            { ALT: () => this.SUBRULE(this.letName) },
            { ALT: () => this.SUBRULE(this.expect) },
            { ALT: () => this.SUBRULE(this.block) },
            { ALT: () => this.SUBRULE(this.bound) },
          ],
        }),
    ),
  );

  private readonly inputMap: Rule<Statement> = this.rule("inputMap", () => {
    const first = this.CONSUME(t.Input);
    const name = this.nameOf(this.CONSUME(t.Word));
    if (!this.RECORDING_PHASE && !this.next(t.LeftBracket)) this.refuse("a shape such as [3, H, W]");
    const shape = this.SUBRULE(this.list);
    return this.ACTION(() => ({ kind: "input", name, shape, span: this.spanFrom(first.startOffset) }));
  });

  private readonly output: Rule<Statement> = this.rule("output", () => {
    const first = this.CONSUME(t.Output);
    const name = this.nameOf(this.CONSUME(t.Word));
    const indices = this.OPTION2(() => this.SUBRULE(this.indices));
    let activation: Name | undefined;
    this.OPTION(() => {
      this.CONSUME(t.By);
      activation = this.nameOnLine("an activation such as softmax", () => this.CONSUME2(t.Word));
    });
    const options = this.SUBRULE(this.options);
    return this.ACTION(() => ({
      kind: "output",
      name,
      indices: indices ?? [],
      activation,
      options,
      span: this.spanFrom(first.startOffset),
    }));
  });

  /** A name on the same line; the first word of the next line does not count. */
  private nameOnLine(what: string, consume: () => IToken): Name {
    if (!this.RECORDING_PHASE && (this.beginsLine() || !this.next(t.Word))) this.refuse(what);
    return this.nameOf(consume());
  }

  private readonly section: Rule<Section> = this.rule("section", () => {
    const first = this.OR([{ ALT: () => this.CONSUME(t.Encoder) }, { ALT: () => this.CONSUME(t.Decoder) }]);
    const role = first.tokenType === t.Encoder ? "encoder" : "decoder";
    const word = this.OPTION({
      // A section may be called dilated; `encoder dilated to 1/8 { … }` has no name.
      GATE: () => !(this.next(t.Dilated) && this.next(t.To, 2)),
      DEF: () => this.CONSUME(t.Word),
    });
    let dilatedTo: Expression | undefined;
    const content = this.OR2<Body | Apply>({
      ERR_MSG: word === undefined ? wanting("a name", "`{`", "`=`") : wanting("`=`", "`{`"),
      DEF: [
        {
          ALT: () => {
            dilatedTo = this.OPTION2(() => this.SUBRULE(this.resolution));
            return this.SUBRULE(this.body);
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Equals);
            const called = this.SUBRULE(this.apply);
            dilatedTo = this.OPTION3({
              GATE: () => this.next(t.To, 2),
              DEF: () => this.SUBRULE2(this.resolution),
            });
            return called;
          },
        },
      ],
    });
    return this.ACTION(() => ({
      kind: "section",
      role,
      roleSpan: this.tokenSpan(first),
      name: word === undefined ? undefined : this.nameOf(word),
      content,
      dilatedTo,
      span: this.spanFrom(first.startOffset),
    }));
  });

  /** `dilated to 1/8` */
  private readonly resolution: Rule<Expression> = this.rule("resolution", () => {
    this.CONSUME(t.Dilated);
    this.CONSUME(t.To);
    return this.SUBRULE(this.expression);
  });

  private readonly skip: Rule<Statement> = this.rule("skip", () => {
    const first = this.CONSUME(t.Skip);
    const sources: Expression[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => sources.push(this.SUBRULE(this.expression)) });
    this.CONSUME(t.By);
    const join = this.nameOnLine("a join such as add or concat", () => this.CONSUME(t.Word));
    const options = this.SUBRULE(this.options);
    const path = this.OPTION(() => this.SUBRULE(this.body));
    const as = this.OPTION2(() => this.SUBRULE(this.target));
    return this.ACTION(() => ({
      kind: "skip",
      sources,
      join,
      options,
      path,
      as,
      span: this.spanFrom(first.startOffset),
    }));
  });

  private readonly fork: Rule<Statement> = this.rule("fork", () => {
    const first = this.CONSUME(t.Fork);
    this.CONSUME(t.By);
    const join = this.nameOnLine("a join such as add or concat", () => this.CONSUME(t.Word));
    const options = this.SUBRULE(this.options);
    const body = this.SUBRULE(this.body);
    const as = this.OPTION(() => this.SUBRULE(this.target));
    return this.ACTION(() => ({
      kind: "fork",
      join,
      options,
      body,
      as,
      span: this.spanFrom(first.startOffset),
    }));
  });

  private readonly path: Rule<Statement> = this.rule("path", () => {
    const first = this.CONSUME(t.Path);
    const body = this.SUBRULE(this.body);
    const as = this.OPTION(() => this.SUBRULE(this.target));
    return this.ACTION(() => ({ kind: "path", body, as, span: this.spanFrom(first.startOffset) }));
  });

  private readonly residual: Rule<Statement> = this.rule("residual", () => {
    const first = this.CONSUME(t.Residual);
    const body = this.SUBRULE(this.body);
    const shortcut = this.OPTION({
      GATE: () => this.next(t.LeftBrace, 2),
      DEF: () => {
        this.CONSUME(t.Shortcut);
        return this.SUBRULE2(this.body);
      },
    });
    const as = this.OPTION2(() => this.SUBRULE(this.target));
    return this.ACTION(() => ({
      kind: "residual",
      body,
      shortcut,
      as,
      span: this.spanFrom(first.startOffset),
    }));
  });

  private readonly cropTo: Rule<Statement> = this.rule("cropTo", () => {
    const first = this.CONSUME(t.Crop);
    this.CONSUME(t.To);
    const reference = this.SUBRULE(this.expression);
    const options = this.SUBRULE(this.options);
    const as = this.OPTION(() => this.SUBRULE(this.target));
    return this.ACTION(() => ({
      kind: "crop_to",
      reference,
      options,
      as,
      span: this.spanFrom(first.startOffset),
    }));
  });

  private readonly from: Rule<Statement> = this.rule("from", () => {
    const first = this.CONSUME(t.From);
    const source = this.SUBRULE(this.expression);
    return this.ACTION(() => ({ kind: "from", source, span: this.spanFrom(first.startOffset) }));
  });

  private readonly forLoop: Rule<Statement> = this.rule("for", () => {
    const first = this.CONSUME(t.For);
    const variable = this.nameOf(this.CONSUME(t.Word));
    this.CONSUME(t.In);
    const values = this.SUBRULE(this.expression);
    const body = this.SUBRULE(this.body);
    const as = this.OPTION(() => this.SUBRULE(this.target));
    return this.ACTION(() => ({
      kind: "for",
      variable,
      values,
      body,
      as,
      span: this.spanFrom(first.startOffset),
    }));
  });

  private readonly repeat: Rule<Statement> = this.rule("repeat", () => {
    const first = this.CONSUME(t.Repeat);
    const times = this.SUBRULE(this.expression);
    const body = this.SUBRULE(this.body);
    const as = this.OPTION(() => this.SUBRULE(this.target));
    return this.ACTION(() => ({ kind: "repeat", times, body, as, span: this.spanFrom(first.startOffset) }));
  });

  /** `if … { … } else { … } as name` */
  private readonly conditional: Rule<If> = this.rule("conditional", () => {
    const branches = this.SUBRULE(this.ifElse);
    const as = this.OPTION(() => this.SUBRULE(this.target));
    return this.ACTION(() =>
      as === undefined ? branches : { ...branches, as, span: this.spanFrom(branches.span.start) },
    );
  });

  private readonly ifElse: Rule<If> = this.rule("if", () =>
    this.deeper(() => {
      const first = this.CONSUME(t.If);
      const condition = this.SUBRULE(this.expression);
      const then = this.SUBRULE(this.body);
      const otherwise = this.OPTION(() => {
        this.CONSUME(t.Else);
        return this.OR({
          ERR_MSG: wanting("`{`", "`if`"),
          DEF: [{ ALT: () => this.SUBRULE2(this.body) }, { ALT: () => this.SUBRULE(this.ifElse) }],
        });
      });
      return this.ACTION(() => ({
        kind: "if",
        condition,
        then,
        else: otherwise,
        as: undefined,
        span: this.spanFrom(first.startOffset),
      }));
    }),
  );

  private readonly letName: Rule<Statement> = this.rule("let", () => {
    const first = this.CONSUME(t.Let);
    const name = this.nameOf(this.CONSUME(t.Word));
    this.CONSUME(t.Equals);
    const value = this.SUBRULE(this.expression);
    return this.ACTION(() => ({ kind: "let", name, value, span: this.spanFrom(first.startOffset) }));
  });

  private readonly expect: Rule<Statement> = this.rule("expect", () => {
    const first = this.CONSUME(t.Expect);
    const shape = this.OPTION(() => this.SUBRULE(this.list));
    const facts: { name: Name; value: Expression }[] = [];
    this.MANY({
      GATE: () => this.isFact(),
      DEF: () => {
        const name = this.nameOf(this.CONSUME(t.Word));
        const value = this.SUBRULE(this.expression);
        facts.push({ name, value });
      },
    });
    if (!this.RECORDING_PHASE && shape === undefined && facts.length === 0) {
      this.refuse(
        wanting("a shape such as [64, H/2, W/2]", "`stride`", "`field`", "`offset`", "`parameters`"),
      );
    }
    return this.ACTION(() => ({ kind: "expect", shape, facts, span: this.spanFrom(first.startOffset) }));
  });

  /** No call is followed by a number, so a word before a number is a property even when it is misspelt. */
  private isFact(): boolean {
    if (this.beginsLine()) return false;
    return /^(stride|field|offset|parameters)$/.test(this.LA(1).image) || this.next(t.NumberToken, 2);
  }

  protected readonly block: Rule<Block> = this.rule("block", () => {
    const first = this.CONSUME(t.Block);
    const name = this.nameOf(this.CONSUME(t.Word));
    const parameters = this.SUBRULE(this.parameterList);
    const body = this.SUBRULE(this.body);
    return this.ACTION(() => ({
      kind: "block",
      doc: this.source.docs.get(first.startOffset),
      name,
      parameters,
      body,
      span: this.spanFrom(first.startOffset),
    }));
  });

  private readonly bound: Rule<Apply> = this.rule("bound", () => {
    const applied = this.SUBRULE(this.apply);
    // `x = conv(…)`, `nn.Conv2d(…)`: the word before the sign is no call.
    if (!this.RECORDING_PHASE && (this.next(t.Equals) || this.next(t.Dot))) this.refuse("a statement");
    const as = this.OPTION(() => this.SUBRULE(this.target));
    return this.ACTION(() =>
      as === undefined ? applied : { ...applied, as, span: this.spanFrom(applied.span.start) },
    );
  });
}

const articles: { readonly [word: string]: string } = {
  input: "an input",
  output: "an output",
  encoder: "an encoder",
  if: "an if",
  expect: "an expect",
  for: "a for loop",
  let: "a let",
};

/** "a skip"; `undefined` for a word that is not a keyword. */
function describeStatement(token: IToken): string | undefined {
  if (!token.tokenType.CATEGORIES?.includes(t.StatementWord)) return undefined;
  return articles[token.image] ?? `a ${token.image}`;
}
