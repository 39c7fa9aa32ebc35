/** `loss cross_entropy(weights = median_frequency) + dice`, `loss labels = cross_entropy, depth = 0.5 * scale_invariant`. */
import type { TrainEntry } from "../../../grammar/ast.ts";
import type { Expression } from "../../../grammar/expression.ts";
import { byOutput, everyOutput } from "./by-output.ts";
import { constantNumber } from "./constant-number.ts";
import { type Form, readArguments, readForm } from "./form.ts";
import type { LossName, LossTerm, WeightedLoss } from "./loss-configuration.ts";
import { misfit } from "./loss-fit.ts";
import { readWeights } from "./read-class-weights.ts";
import { ranges, type TrainedOutput, type TrainReader } from "./train-reader.ts";

const losses = [
  "cross_entropy",
  "soft_cross_entropy",
  "balanced_cross_entropy",
  "dice",
  "l1",
  "l2",
  "huber",
  "berhu",
  "scale_invariant",
  "cosine",
] as const satisfies readonly LossName[];
const example = "loss labels = cross_entropy, depth = 0.5 * l1";

/** By output, for those with a loss that fits; a loss without a name applies to every output without its own. */
export function readLoss(
  entry: TrainEntry,
  reader: TrainReader,
): ReadonlyMap<string, readonly WeightedLoss[]> {
  const before = reader.diagnostics.length;
  const said = byOutput(entry, "loss", example, reader, (term) => {
    const terms = addends(term, 1, reader).map((addend) => readTerm(addend, reader));
    return terms.includes(undefined) ? undefined : terms.filter((one) => one !== undefined);
  });
  // an output whose name or loss could not be read is not reported as one without a loss
  const wrong = reader.diagnostics.length > before;
  const found = new Map<string, readonly WeightedLoss[]>();
  const reported = new Set<Expression>();
  for (const output of reader.facts.outputs ?? []) {
    const own = said.get(output.name) ?? said.get(everyOutput);
    if (own === undefined) {
      if (!wrong) {
        reader.report("training/output-without-loss", { output: output.name }, entry.key.span);
      }
      continue;
    }
    const fitting = own.value.filter((one) => fits(one, output, reported, reader));
    if (fitting.length > 0)
      found.set(
        output.name,
        fitting.map(({ factor, term }) => ({ factor, term })),
      );
  }
  return found;
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
  const reason = misfit(term.kind, output);
  if (reason !== undefined && !reported.has(expression)) {
    reported.add(expression);
    const facts = { loss: term.kind, output: output.name, ...reason };
    reader.report("training/loss-does-not-fit", facts, expression.span);
  }
  return reason === undefined;
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
  const form = readForm(expression, "loss", losses, reader);
  return form && { factor, term: readLossForm(form, reader), expression };
}

function readLossForm(form: Form<LossName>, reader: TrainReader): LossTerm {
  switch (form.name) {
    case "cross_entropy": {
      const given = readArguments(form, [{ name: "weights" }, { name: "reduction" }], reader);
      const weights = given.get("weights");
      return {
        kind: form.name,
        weights: weights && readWeights(weights, reader),
        reduction: readReduction(given.get("reduction"), reader),
      };
    }
    case "soft_cross_entropy": {
      const given = readArguments(form, [{ name: "rebalance" }], reader).get("rebalance");
      const rebalance =
        given && reader.number(given, "the rebalance of soft_cross_entropy", ranges.positiveFactor);
      return { kind: form.name, rebalance };
    }
    case "balanced_cross_entropy": {
      const given = readArguments(form, [{ name: "reduction" }], reader);
      return { kind: form.name, reduction: readReduction(given.get("reduction"), reader) };
    }
    case "huber": {
      const threshold = readArguments(form, [{ name: "threshold", positional: true }], reader).get(
        "threshold",
      );
      const value = threshold && reader.number(threshold, "the threshold of huber", ranges.positive);
      return { kind: form.name, threshold: value ?? 1 };
    }
    case "scale_invariant": {
      const balance = readArguments(form, [{ name: "balance", positional: true }], reader).get("balance");
      const value = balance && reader.number(balance, "the balance of scale_invariant", ranges.factor);
      return { kind: form.name, balance: value ?? 0.5 };
    }
    default:
      readArguments(form, [], reader);
      return { kind: form.name };
  }
}

function readReduction(given: Expression | undefined, reader: TrainReader): "mean" | "sum" {
  return (given && reader.word(given, "reduction", ["mean", "sum"] as const)) ?? "mean";
}
