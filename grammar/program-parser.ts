/** Whole files: imports, networks, blocks and train sections; and how the parser continues after a broken one. */
import { EOF, type IToken } from "chevrotain";
import type { Import, Item, Network, Program } from "./ast.ts";
import type { Name } from "./expression.ts";
import { columnOf, type LexedSource, stringValue } from "./lexer.ts";
import { type Rule, wanting } from "./parser-base.ts";
import { findSlip } from "./slips.ts";
import type { Slip, SyntaxProblem } from "./syntax-problem.ts";
import * as t from "./tokens.ts";
import { TrainParser } from "./train-parser.ts";

export interface ParsedSource {
  readonly program: Program;
  readonly problems: readonly SyntaxProblem[];
  /** Start offsets of tokens; see the fields of the parser. */
  readonly attached: ReadonlySet<number>;
  readonly starts: ReadonlySet<number>;
  readonly keys: ReadonlySet<number>;
}

export class ProgramParser extends TrainParser {
  /** @param skipValidations the grammar is checked by a test, not at every start. */
  constructor(skipValidations: boolean) {
    super(skipValidations);
    this.performSelfAnalysis();
  }

  parseSource(source: LexedSource): ParsedSource {
    this.begin(source);
    this.keys = new Set();
    this.inTrain = false;
    const items = this.file();
    return {
      program: {
        kind: "program",
        file: source.file,
        items,
        span: { file: source.file, start: 0, end: source.text.length },
      },
      problems: this.found,
      attached: this.attached,
      starts: this.starts,
      keys: this.keys,
    };
  }

  private readonly file: Rule<readonly Item[]> = this.rule("file", () => {
    const items: Item[] = [];
    if (this.RECORDING_PHASE) {
      this.MANY(() => this.SUBRULE(this.item));
    } else {
      while (!this.next(EOF)) {
        const item = this.recovering(
          () => {
            this.starts.add(this.LA(1).startOffset);
            return this.SUBRULE2(this.item);
          },
          (_openedInside, first) => this.skipItem(first),
        );
        this.inTrain = false;
        if (item !== undefined) items.push(item);
      }
    }
    return items;
  });

  private readonly item: Rule<Item> = this.rule("item", () =>
    this.OR<Item>({
      ERR_MSG: wanting("`network`", "`block`", "`train`", "`import`"),
      DEF: [
        { ALT: () => this.SUBRULE(this.importNames) },
        { ALT: () => this.SUBRULE(this.network) },
        { ALT: () => this.SUBRULE(this.block) },
        { ALT: () => this.SUBRULE(this.train) },
      ],
    }),
  );

  private readonly importNames: Rule<Import> = this.rule("import", () =>
    this.reading(
      () => "an import",
      () => {
        const first = this.CONSUME(t.Import);
        const opening = this.CONSUME(t.LeftBrace);
        this.opens(opening);
        const names: Import["names"][number][] = [];
        this.OPTION(() => names.push(this.SUBRULE(this.importedName)));
        this.MANY({
          GATE: () => !this.next(t.RightBrace, 2),
          DEF: () => {
            this.CONSUME(t.Comma);
            names.push(this.SUBRULE2(this.importedName));
          },
        });
        this.OPTION2(() => this.CONSUME2(t.Comma));
        this.CONSUME(t.RightBrace, { ERR_MSG: wanting("`,`", "`}`") });
        this.closes();
        this.CONSUME(t.From);
        const from = this.CONSUME(t.StringToken, { ERR_MSG: 'a file in quotes such as "std/encoders"' });
        return this.ACTION(() => ({
          kind: "import",
          names,
          from: { kind: "string", value: stringValue(from), span: this.tokenSpan(from) },
          span: this.spanFrom(first.startOffset),
        }));
      },
    ),
  );

  private readonly importedName: Rule<Import["names"][number]> = this.rule("importedName", () => {
    const name = this.nameOf(this.CONSUME(t.Word));
    let alias: Name | undefined;
    this.OPTION(() => {
      this.CONSUME(t.As);
      alias = this.nameOf(this.CONSUME2(t.Word));
    });
    return { name, alias };
  });

  private readonly network: Rule<Network> = this.rule("network", () => {
    const first = this.CONSUME(t.Network);
    const name = this.nameOf(this.CONSUME(t.Word));
    return this.reading(
      () => `network ${name.text}`,
      () => {
        const parameters = this.SUBRULE(this.parameterList);
        const body = this.SUBRULE(this.body);
        return this.ACTION(() => ({
          kind: "network",
          doc: this.source.docs.get(first.startOffset),
          name,
          parameters,
          body,
          span: this.spanFrom(first.startOffset),
        }));
      },
    );
  });

  /** Skips to the next line that begins an item. Braces on the way are read for the mistakes inside. */
  private skipItem(first: IToken): void {
    this.inTrain = false;
    if (this.LA(1) === first && !this.next(t.LeftBrace)) this.skipToken();
    if (first.tokenType === t.RightBrace) return;
    while (!this.next(EOF)) {
      const keyword = this.next(t.Import) || this.next(t.Network) || this.next(t.Block) || this.next(t.Train);
      if (keyword && this.beginsLine()) return;
      if (first.tokenType === t.Import && this.beginsLine() && columnOf(this.LA(1)) <= columnOf(first))
        return;
      if (!this.next(t.LeftBrace)) this.skipToken();
      else if (first.tokenType === t.Train) this.skipTrainBody();
      else if (first.tokenType === t.Import || !/^\w/.test(first.image)) this.skipBraces();
      else this.skipBody();
    }
  }

  private skipBody(): void {
    this.recovering(
      () => this.SUBRULE9(this.body),
      () => this.skipToEnd(),
    );
  }

  private skipTrainBody(): void {
    const opening = this.CONSUME(t.LeftBrace);
    this.readEntries([]);
    this.closeBrace(opening, () => this.CONSUME(t.RightBrace));
  }

  protected override slip(wanted: readonly string[]): Slip | undefined {
    return findSlip(this.source, this.LA(1), wanted);
  }
}
