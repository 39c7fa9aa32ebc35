/** The class weights of cross entropy. */
import type { ListLiteral } from "../../../grammar/expression.ts";
import { ranges, type TrainReader } from "./train-reader.ts";

/** `[1, 4]`, `[cell = 4, membrane = 1]`: a weight for each class, in their order. `undefined` after an error, which is reported. */
export function readClassWeights(
  expression: ListLiteral,
  reader: TrainReader,
): readonly number[] | undefined {
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

/** Named weights, `[cell = 4, membrane = 1]`, are assigned by class; unnamed ones are in the order of the classes. */
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
      return reader.wrong("each weight in a list with names", "written as `class = weight`", value);
    }
    if (!classes.includes(name.text)) return reader.unknown("class", name.text, classes, name.span);
    if (ordered.has(name.text)) {
      return reader.report("training/said-twice", { what: `the weight of ${name.text}` }, name.span);
    }
    ordered.set(name.text, weight);
  }
  return classes.map((className) => ordered.get(className) ?? 0);
}
