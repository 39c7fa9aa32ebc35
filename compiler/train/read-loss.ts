/** `loss cross_entropy(weights = median_frequency)`, `loss cross_entropy(weights = [1, 4], reduction = sum)`. */
import type { Expression, ListLiteral, TrainEntry } from "../../grammar/ast.ts";
import type { LossConfiguration, TrainConfiguration } from "./configuration.ts";
import { type Form, readArguments, readForm } from "./form.ts";
import { ranges, type TrainReader } from "./train-reader.ts";

const losses = ["cross_entropy"] as const;

export function readLoss(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const term = reader.single(entry, "loss cross_entropy");
  if (term === undefined) return {};
  const forms = addends(term).map((addend) => readForm(addend, "loss", losses, reader));
  const [form] = forms;
  if (forms.length > 1 && !forms.includes(undefined)) reader.report("training/sum-of-losses", {}, term.span);
  return form === undefined || forms.length > 1 ? {} : { loss: crossEntropy(form, reader) };
}

/** The terms of a sum, and what weighs them left aside: `a + 0.5 * b` is a and b. */
function addends(expression: Expression): readonly Expression[] {
  if (expression.kind !== "binary") return [expression];
  if (expression.operator === "+") return [...addends(expression.left), ...addends(expression.right)];
  if (expression.operator === "*" && expression.left.kind === "number") return addends(expression.right);
  return [expression];
}

function crossEntropy(form: Form, reader: TrainReader): LossConfiguration {
  const given = readArguments(form, [{ name: "weights" }, { name: "reduction" }], reader);
  const weights = given.get("weights");
  const reduction = given.get("reduction");
  return {
    kind: "cross_entropy",
    weights: weights && readWeights(weights, reader),
    reduction: (reduction && reader.word(reduction, "reduction", ["mean", "sum"] as const)) ?? "mean",
  };
}

function readWeights(expression: Expression, reader: TrainReader): LossConfiguration["weights"] {
  if (expression.kind !== "list") {
    if (expression.kind === "reference") {
      return reader.word(expression, "rule for class weights", ["median_frequency"] as const);
    }
    return reader.wrong("the class weights", "median_frequency or a list of numbers", expression);
  }
  const { classes, classCount } = reader.facts;
  const numbers = expression.items.map(({ value }) =>
    reader.number(value, "a class weight", ranges.notNegative),
  );
  const weights = numbers.filter((weight) => weight !== undefined);
  if (weights.length < numbers.length) return undefined;
  const expected = classes?.length ?? classCount;
  if (expected !== undefined && expected !== weights.length) {
    const facts = { weights: weights.length, classes: expected };
    return reader.report("training/weight-count", facts, expression.span);
  }
  if (weights.every((weight) => weight === 0)) {
    return reader.wrong("at least one class weight", "greater than 0", expression);
  }
  return orderWeights(expression, weights, reader);
}

/** Named weights, `[cell = 4, membrane = 1]`, go to their classes; unnamed ones come in the order of the classes. */
function orderWeights(
  list: ListLiteral,
  weights: readonly number[],
  reader: TrainReader,
): readonly number[] | undefined {
  const { classes } = reader.facts;
  if (classes === undefined || list.items.every(({ name }) => name === undefined)) return weights;
  const ordered = new Map<string, number>();
  for (const [index, { name, value }] of list.items.entries()) {
    const weight = weights[index];
    if (name === undefined || weight === undefined) {
      return reader.wrong("each weight of a list with names", "written as `class = weight`", value);
    }
    if (!classes.includes(name.text)) return reader.unknown("class", name.text, classes, name.span);
    if (ordered.has(name.text)) {
      return reader.report("training/said-twice", { what: `the weight of ${name.text}` }, name.span);
    }
    ordered.set(name.text, weight);
  }
  return classes.map((className) => ordered.get(className) ?? 0);
}
