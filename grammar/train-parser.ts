/** The `train` section: entries that end with their text line, made of comma-separated phrases. */
import { EOF, type IToken } from "chevrotain";
import type { Phrase, Train, TrainEntry } from "./ast.ts";
import type { Expression, Name } from "./expression.ts";
import { columnOf } from "./lexer.ts";
import { type Rule, wanting } from "./parser-base.ts";
import { StatementParser } from "./statement-parser.ts";
import * as t from "./tokens.ts";

export abstract class TrainParser extends StatementParser {
  /** Start offsets of the keys of entries; for the formatter. */
  protected keys = new Set<number>();

  protected readonly train: Rule<Train> = this.rule("train", () => {
    const first = this.CONSUME(t.Train);
    const network = this.nameOf(this.CONSUME(t.Word));
    const opening = this.CONSUME(t.LeftBrace);
    this.opens(opening);
    const entries: TrainEntry[] = [];
    this.reading(
      () => `the train section of ${network.text}`,
      () => {
        if (this.RECORDING_PHASE) this.MANY(() => this.SUBRULE(this.entry));
        else this.readEntries(entries);
      },
    );
    this.closeBrace(opening, () => this.CONSUME(t.RightBrace));
    return this.ACTION(() => ({
      kind: "train",
      doc: this.source.docs.get(first.startOffset),
      network,
      entries,
      span: this.spanFrom(first.startOffset),
    }));
  });

  protected readEntries(entries: TrainEntry[]): void {
    this.inTrain = true;
    while (!this.next(t.RightBrace) && !this.next(EOF) && !this.itemBegins()) {
      const entry = this.recovering(
        () => this.wholeEntry(),
        (openedInside, first) => this.skipEntry(openedInside, first),
      );
      if (entry !== undefined) entries.push(entry);
    }
    this.inTrain = false;
  }

  private wholeEntry(): TrainEntry {
    this.starts.add(this.LA(1).startOffset);
    this.keys.add(this.LA(1).startOffset);
    const entry = this.SUBRULE9(this.entry);
    if (!this.beginsLine() && !this.next(t.RightBrace) && !this.next(EOF)) {
      this.refuse(wanting("`,`", "a new line"));
    }
    return entry;
  }

  /** Skips to the next line that can begin an entry, or the `}` of the section. */
  private skipEntry(openedInside: number, first: IToken): void {
    let depth = openedInside;
    if (this.LA(1) === first) this.skipToken();
    while (!this.next(EOF) && !this.next(t.RightBrace) && !this.itemBegins()) {
      if (this.beginsLine() && this.next(t.Word)) {
        if (depth === 0 || columnOf(this.LA(1)) <= this.indentation(first)) return;
      }
      if (this.next(t.LeftBrace)) {
        this.skipBraces();
        continue;
      }
      if (this.next(t.LeftParenthesis) || this.next(t.LeftBracket)) depth += 1;
      if (this.next(t.RightParenthesis) || this.next(t.RightBracket)) depth = Math.max(0, depth - 1);
      this.skipToken();
    }
  }

  /** Skips from `{` past its `}`, or to where an item begins. */
  protected skipBraces(): void {
    let depth = 0;
    do {
      if (this.next(t.LeftBrace)) depth += 1;
      if (this.next(t.RightBrace)) depth -= 1;
      this.skipToken();
    } while (depth > 0 && !this.next(EOF) && !this.itemBegins());
  }

  private readonly entry: Rule<TrainEntry> = this.rule("entry", () => {
    const word = this.CONSUME(t.Word, { ERR_MSG: wanting("an entry such as `epochs 40`", "`}`") });
    const phrases: Phrase[] = [];
    this.reading(
      () => `the entry ${word.image}`,
      () => {
        this.OPTION({
          GATE: () => !this.beginsLine(),
          DEF: () => {
            phrases.push(this.SUBRULE(this.phrase));
            this.MANY(() => {
              this.CONSUME(t.Comma);
              phrases.push(this.SUBRULE2(this.phrase));
            });
          },
        });
      },
    );
    return this.ACTION(() => ({
      kind: "entry",
      key: this.nameOf(word),
      phrases,
      span: this.spanFrom(word.startOffset),
    }));
  });

  /** `ignore =`, `side[1] =` */
  private phraseIsNamed(): boolean {
    if (!this.next(t.LeftBracket, 2)) return this.next(t.Equals, 2);
    let ahead = 3;
    while (this.next(t.NumberToken, ahead) || this.next(t.Comma, ahead)) ahead++;
    return this.next(t.RightBracket, ahead) && this.next(t.Equals, ahead + 1);
  }

  /** One name, of an output of a family with its indices: `side[1]`. */
  private readonly phraseName: Rule<Name> = this.rule("phraseName", () => {
    const word = this.CONSUME(t.Word);
    const indices = this.OPTION(() => this.SUBRULE(this.indices));
    return this.ACTION(() => {
      if (indices === undefined) return this.nameOf(word);
      const written = indices.map((index) => (index.kind === "number" ? String(index.value) : ""));
      return {
        kind: "name",
        text: `${word.image}[${written.join(",")}]`,
        span: this.spanFrom(word.startOffset),
      };
    });
  });

  private readonly phrase: Rule<Phrase> = this.rule("phrase", () => {
    const first = this.LA(1);
    let name: Name | undefined;
    this.OPTION({
      GATE: () => this.phraseIsNamed(),
      DEF: () => {
        name = this.SUBRULE(this.phraseName);
        this.CONSUME(t.Equals);
      },
    });
    const terms: Expression[] = [this.SUBRULE(this.expression)];
    this.MANY({ GATE: () => !this.beginsLine(), DEF: () => terms.push(this.SUBRULE2(this.expression)) });
    return this.ACTION(() => ({ kind: "phrase", name, terms, span: this.spanFrom(first.startOffset) }));
  });
}
