/** Where the arguments of a call stand, in the body of a network or in a train section: how they are evaluated and reported. */
import type { Expression } from "../../../grammar/expression.ts";
import type { Span } from "../../../grammar/span.ts";
import type { DiagnosticCode, FactsOf } from "../../diagnostics/catalogue.ts";
import type { Related } from "../../diagnostics/diagnostic.ts";
import type { BoundValue, ParameterType } from "../../ops/word.ts";
import type { HabitKind } from "../names/habits.ts";
import type { Poison, Value } from "../names/value.ts";
import type { UnknownAmong } from "../state/elaboration.ts";

export interface ArgumentLanguage {
  /** The table of names from other libraries that misspelt parameters are looked up in. */
  readonly habits: HabitKind;
  /** Functions that a value may be computed by. */
  readonly functions: readonly string[];
  /** The names in scope. */
  readonly names: () => readonly string[];
  /** What a bare word might be, for "there is no …". */
  readonly wordOf: (owner: string) => string;
  readonly evaluate: (expression: Expression) => Value;
  readonly describe: (value: Value, written: Expression) => string;
  /** `undefined` where the value does not fit; poison where that is reported. */
  readonly coerce: (
    value: Value,
    type: ParameterType,
    written: Expression,
  ) => BoundValue | Poison | undefined;
  readonly report: <C extends DiagnosticCode>(
    code: C,
    facts: FactsOf<C>,
    span: Span,
    related?: readonly Related[],
  ) => void;
  readonly unknownWord: (
    word: Extract<Value, { kind: "word" }>,
    what: string,
    names: UnknownAmong,
    met: Span,
  ) => void;
}
