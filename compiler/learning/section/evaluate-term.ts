/** The value of a term of a train section, which has no variables. */
import type { Expression } from "../../../grammar/expression.ts";
import { poison, type Value } from "../../language/names/value.ts";
import { constantNumber } from "./constant-number.ts";
import type { TrainReader } from "./train-reader.ts";

/** A number that is not finite is reported. What is no value, as `image.size`, is a form that fits no parameter. */
export function evaluateTerm(expression: Expression, reader: TrainReader): Value {
  const number = constantNumber(expression);
  if (number !== undefined) {
    if (Number.isFinite(number)) return { kind: "number", value: number };
    reader.report("values/not-finite", { operator: undefined }, expression.span);
    return poison;
  }
  switch (expression.kind) {
    case "extent":
      return { kind: "extent", value: [expression.height, expression.width] };
    case "string":
      return { kind: "text", value: expression.value };
    case "boolean":
      return { kind: "boolean", value: expression.value };
    case "reference":
      return { kind: "word", value: expression.name.text, at: expression.span };
    case "list": {
      const items = expression.items.map(({ value }) => evaluateTerm(value, reader));
      return items.some(({ kind }) => kind === "poison") ? poison : { kind: "list", items };
    }
    default:
      return { kind: "form", name: expression.kind, items: [] };
  }
}
