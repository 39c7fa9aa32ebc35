/** `loss cross_entropy(weights = median_frequency) + dice`, `loss labels = cross_entropy, depth = 0.5 * scale_invariant`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import { familyOf } from "../../family.ts";
import type { ClassWeightRule } from "../losses/class-weights.ts";
import { losses, lossMisfit, type WeightedLoss } from "../losses/registry.ts";
import { formOf, learnsMasks } from "../targets/registry.ts";
import { byOutput, everyOutput, saidOf } from "./by-output.ts";
import { constantNumber } from "./constant-number.ts";
import { readDefined } from "./defined-word.ts";
import { OutputProblems } from "./output-problems.ts";
import { ranges, type TrainedOutput, type TrainReader } from "./train-reader.ts";
import { classesTold } from "./train-targets.ts";

const example = "loss labels = cross_entropy, depth = 0.5 * l1";

/** By output, for those with a loss that fits; a loss without a name applies to every output without its own. */
export function readLoss(
  entry: TrainEntry,
  reader: TrainReader,
): ReadonlyMap<string, readonly WeightedLoss[]> {
  const before = reader.diagnostics.length;
  const said = byOutput(entry, "loss", example, reader, (term, output) => {
    const own = readerOf(output, reader);
    const terms = addends(term, 1, own).map((addend) => readTerm(addend, own));
    return terms.includes(undefined) ? undefined : terms.filter((one) => one !== undefined);
  });
  // an output whose name or loss could not be read is not reported as one without a loss
  const wrong = reader.diagnostics.length > before;
  const found = new Map<string, readonly WeightedLoss[]>();
  const reported = new Set<Expression>();
  const rules = new Map<Expression, ClassWeightRule>();
  const problems = new OutputProblems();
  for (const output of reader.facts.outputs ?? []) {
    const own = saidOf(said, output.name) ?? said.get(everyOutput);
    if (own === undefined) {
      if (!wrong) {
        problems.add(output.name, "no loss", (outputs) =>
          reader.report("training/output-without-loss", { outputs }, entry.key.span),
        );
      }
      continue;
    }
    const fitting = own.value.filter(
      (one) => fits(one, output, reported, reader) && hasSameRule(one, rules, reader),
    );
    if (fitting.length > 0)
      found.set(
        output.name,
        fitting.map(({ factor, term }) => ({ factor, term })),
      );
  }
  problems.report();
  return found;
}

/** That knows the classes which the output, or the family, learns: those of the labels, of whole images, or two of boundaries. */
function readerOf(name: string, reader: TrainReader): TrainReader {
  const { outputs = [] } = reader.facts;
  const output =
    outputs.length === 1
      ? outputs[0]
      : outputs.find((one) => one.name === name || familyOf(one.name) === name);
  if (output === undefined || learnsMasks(output.target)) return reader;
  const { target } = output;
  return reader.withClasses("classes" in target ? target.classes : undefined, classesTold(output));
}

interface ReadTerm extends WeightedLoss {
  readonly expression: Expression;
}

/** Reported once for a loss that several outputs share. */
function fits(
  { term, expression }: ReadTerm,
  output: TrainedOutput,
  reported: Set<Expression>,
  reader: TrainReader,
): boolean {
  const { target } = output;
  const reason = lossMisfit(term, { ...output, form: formOf(target) }, target.kind);
  if (reason !== undefined && !reported.has(expression)) {
    reported.add(expression);
    const facts = { loss: term.kind, output: output.name, ...reason };
    reader.report("training/loss-does-not-fit", facts, expression.span);
  }
  return reason === undefined;
}

/** Class weights are measured once, by one rule; another is reported. @param rules by the term that has it, of the terms so far */
function hasSameRule(
  { term, expression }: ReadTerm,
  rules: Map<Expression, ClassWeightRule>,
  reader: TrainReader,
): boolean {
  const rule = "weights" in term && typeof term.weights === "string" ? term.weights : undefined;
  if (rule === undefined || rules.has(expression)) return true;
  const [first = rule] = rules.values();
  if (rule === first) rules.set(expression, rule);
  else {
    const what = `the rule of the class weights of ${term.kind}`;
    const facts = { what, wanted: `${first}, as in the loss before it`, found: rule };
    reader.report("training/wrong-value", facts, expression.span);
  }
  return rule === first;
}

/** The terms of a sum with their factors: `a + 0.5 * b` has the terms 1·a and 0.5·b. */
function addends(
  expression: Expression,
  factor: number,
  reader: TrainReader,
): readonly { readonly factor: number; readonly expression: Expression }[] {
  if (expression.kind === "binary" && expression.operator === "+") {
    return [...addends(expression.left, factor, reader), ...addends(expression.right, factor, reader)];
  }
  if (expression.kind === "binary" && expression.operator === "*") {
    const own = constantNumber(expression.left);
    if (own !== undefined) {
      const weight = reader.number(expression.left, "the weight of a loss", ranges.positive);
      return addends(expression.right, factor * (weight ?? 1), reader);
    }
  }
  return [{ factor, expression }];
}

function readTerm(
  { factor, expression }: { readonly factor: number; readonly expression: Expression },
  reader: TrainReader,
): ReadTerm | undefined {
  const term = readDefined(expression, "loss", losses, reader);
  return term && { factor, term, expression };
}
