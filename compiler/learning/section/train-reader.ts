/** Reads the values of a `train` section and collects diagnostics. A value with an error, which is reported, is `undefined`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import type { Span } from "../../../grammar/span.ts";
import type { DiagnosticCode, FactsOf } from "../../diagnostics/catalogue.ts";
import { type Diagnostic, diagnose, type Related } from "../../diagnostics/diagnostic.ts";
import { mostErrors } from "../../diagnostics/most-errors.ts";
import { isHabitKind, meantBy } from "../../language/names/habits.ts";
import { nearestName } from "../../nearest.ts";
import type { SizedInput } from "../../network/scene.ts";
import type { OutputFacts } from "../definition/learned-output.ts";
import { type TargetConfiguration, usualTarget } from "../targets/registry.ts";
import { constantNumber } from "./constant-number.ts";
import { describeTerm } from "./describe-term.ts";

/** Classes, inputs and outputs of the network; the `train` section must not contradict them. */
export interface TrainFacts {
  readonly classes: readonly string[] | undefined;
  readonly classCount: number | undefined;
  /** Inputs and outputs are `undefined` when the network itself has errors. */
  readonly inputs: readonly SizedInput[] | undefined;
  readonly outputs: readonly OutputFacts[] | undefined;
  /** Names of what training changes: weights and running statistics. Left out when the network itself has errors. */
  readonly weights?: readonly string[];
  /** torchvision's networks whose layers the network has, as an encoder. Left out: not known. */
  readonly torchvision?: readonly string[];
  /** Names of the network's parameters. Left out: not known. */
  readonly parameters?: readonly string[];
}

export interface TrainedOutput extends OutputFacts {
  readonly target: TargetConfiguration;
}

/** With the targets, which are read before the other entries. */
export interface TargetFacts extends TrainFacts {
  readonly outputs: readonly TrainedOutput[] | undefined;
}

/** Until the targets are read, every output is assumed to learn labels. */
export function learningLabels(facts: TrainFacts): TargetFacts {
  return { ...facts, outputs: facts.outputs?.map((output) => ({ ...output, target: usualTarget })) };
}

export interface NumberRange {
  /** "a whole number ≥ 1" */
  readonly wanted: string;
  /** The largest value allowed, where `wanted` names no end; the message about a larger value names it. */
  readonly most?: { readonly text: string; readonly value: number };
  readonly allows: (value: number) => boolean;
}

const mostExact = { text: "2^53 − 1", value: Number.MAX_SAFE_INTEGER };
const mostFinite = { text: "1.79e308", value: Number.MAX_VALUE };

export const ranges = {
  positive: { wanted: "a number greater than 0", most: mostFinite, allows: (value) => value > 0 },
  notNegative: { wanted: "a number ≥ 0", most: mostFinite, allows: (value) => value >= 0 },
  count: {
    wanted: "a whole number ≥ 1",
    most: mostExact,
    allows: (value) => Number.isSafeInteger(value) && value >= 1,
  },
  seed: {
    wanted: "a whole number from 0 to 2^53 - 1",
    allows: (value) => Number.isSafeInteger(value) && value >= 0,
  },
} as const satisfies Record<string, NumberRange>;

export class TrainReader {
  readonly diagnostics: Diagnostic[];
  readonly facts: TargetFacts;

  constructor(facts: TargetFacts, diagnostics: Diagnostic[] = []) {
    this.facts = facts;
    this.diagnostics = diagnostics;
  }

  /** With other classes than the network's, and the same diagnostics. */
  withClasses(classes: readonly string[] | undefined, classCount: number): TrainReader {
    return new TrainReader({ ...this.facts, classes, classCount }, this.diagnostics);
  }

  report<C extends DiagnosticCode>(
    code: C,
    facts: FactsOf<C>,
    span: Span,
    related: readonly Related[] = [],
  ): undefined {
    // One more than is shown, so that the limit is known to be exceeded.
    if (this.diagnostics.length <= mostErrors)
      this.diagnostics.push(diagnose(code, facts, span, { related }));
    return undefined;
  }

  wrong(what: string, wanted: string, found: Expression): undefined {
    return this.report("training/wrong-value", { what, wanted, found: describeTerm(found) }, found.span);
  }

  unknown(what: string, word: string, known: readonly string[], span: Span): undefined {
    const meant = isHabitKind(what)
      ? meantBy(word, what, known)
      : { nearest: nearestName(word, known), instead: undefined };
    return this.report("training/unknown-word", { what, word, ...meant, known }, span);
  }

  number(expression: Expression, what: string, range: NumberRange): number | undefined {
    const value = constantNumber(expression);
    if (value === undefined || !Number.isFinite(value) || !range.allows(value)) {
      const past = range.most !== undefined && value !== undefined && value > range.most.value;
      const limit = past ? ` and at most ${range.most.text}` : "";
      return this.wrong(what, `${range.wanted}${limit}`, expression);
    }
    return value;
  }

  text(expression: Expression, what: string, example: string): string | undefined {
    if (expression.kind === "string" && expression.value !== "") return expression.value;
    return this.wrong(what, `a string such as "${example}"`, expression);
  }

  /** A bare word from a list. `what` names the kind in "there is no …". */
  word<W extends string>(expression: Expression, what: string, known: readonly W[]): W | undefined {
    if (expression.kind !== "reference")
      return this.wrong(`a ${what}`, `a word: ${known.join(", ")}`, expression);
    const text = expression.name.text;
    return known.find((word) => word === text) ?? this.unknown(what, text, known, expression.span);
  }

  /** The only value of an entry such as `epochs 40`. */
  single(entry: TrainEntry, example: string): Expression | undefined {
    const key = entry.key.text;
    const [phrase, second] = entry.phrases;
    const [term, more] = phrase?.terms ?? [];
    if (phrase === undefined || term === undefined) {
      return this.report("training/value-missing", { key, example }, entry.key.span);
    }
    const excess = more?.span ?? second?.span ?? phrase.name?.span;
    if (excess !== undefined) return this.report("training/too-much", { key, example }, excess);
    return term;
  }
}
