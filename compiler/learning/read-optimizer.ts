/** `optimizer adam(learning_rate = 1e-4)`, `optimizer sgd(learning_rate = 0.01, momentum = 0.9, nesterov, weight_decay = 5e-4)`. */
import type { TrainEntry } from "../../grammar/ast.ts";
import type { Expression } from "../../grammar/expression.ts";
import type { OptimizerConfiguration, TrainConfiguration } from "./configuration.ts";
import { defaultOptimizers } from "./default-configuration.ts";
import { type Form, readArguments, readFlag, readForm } from "./form.ts";
import { type NumberRange, ranges, type TrainReader } from "./train-reader.ts";

type Read<K extends OptimizerConfiguration["kind"]> = (
  form: Form,
  reader: TrainReader,
) => Extract<OptimizerConfiguration, { kind: K }>;

const optimizers: { readonly [K in OptimizerConfiguration["kind"]]: Read<K> } = {
  sgd: (form, reader) => {
    const parameters = [
      { name: "learning_rate", positional: true },
      { name: "momentum" },
      { name: "nesterov", flag: true },
      { name: "weight_decay" },
    ];
    const given = readArguments(form, parameters, reader);
    const number = numbersOf(form, given, reader);
    const initial = defaultOptimizers.sgd;
    const nesterov = given.get("nesterov");
    const momentum = number("momentum", ranges.belowOne, initial.momentum);
    if (momentum === 0 && nesterov !== undefined && readFlag(nesterov, "nesterov", reader)) {
      reader.wrong("the momentum of sgd with nesterov", "greater than 0", given.get("momentum") ?? nesterov);
    }
    return {
      kind: "sgd",
      learningRate: number("learning_rate", ranges.positive, initial.learningRate),
      momentum,
      nesterov: momentum > 0 && readFlag(nesterov, "nesterov", reader),
      weightDecay: number("weight_decay", ranges.notNegative, initial.weightDecay),
    };
  },
  adam: (form, reader) => {
    const parameters = [
      { name: "learning_rate", positional: true },
      { name: "beta1" },
      { name: "beta2" },
      { name: "epsilon" },
      { name: "weight_decay" },
    ];
    const number = numbersOf(form, readArguments(form, parameters, reader), reader);
    const initial = defaultOptimizers.adam;
    return {
      kind: "adam",
      learningRate: number("learning_rate", ranges.positive, initial.learningRate),
      beta1: number("beta1", ranges.belowOne, initial.beta1),
      beta2: number("beta2", ranges.belowOne, initial.beta2),
      epsilon: number("epsilon", ranges.positive, initial.epsilon),
      weightDecay: number("weight_decay", ranges.notNegative, initial.weightDecay),
    };
  },
};

/** Reads one argument of the form, or gives its default. */
function numbersOf(form: Form, given: ReadonlyMap<string, Expression>, reader: TrainReader) {
  return (name: string, range: NumberRange, initial: number): number => {
    const value = given.get(name);
    if (value === undefined) return initial;
    return reader.number(value, `the ${name.replaceAll("_", " ")} of ${form.name}`, range) ?? initial;
  };
}

export function readOptimizer(entry: TrainEntry, reader: TrainReader): Partial<TrainConfiguration> {
  const term = reader.single(entry, "optimizer adam(learning_rate = 1e-4)");
  if (term === undefined) return {};
  const form = readForm(term, "optimizer", ["adam", "sgd"] as const, reader);
  return form === undefined ? {} : { optimizer: optimizers[form.name](form, reader) };
}
