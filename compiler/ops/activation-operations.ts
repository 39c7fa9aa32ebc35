/** Activations as operations of the graph and words of the language, from their declarations. */
import type { Activation } from "./activations/activation.ts";
import { type ActivationAttributes, type ActivationName, activations } from "./activations/registry.ts";
import type { Attributes } from "./attributes.ts";
import type { Formula } from "./formula.ts";
import { real } from "./notation.ts";
import type { Operation } from "./operation.ts";
import { argumentOf, positional } from "./parameters.ts";
import { cellwiseOperation } from "./rules.ts";
import { said, unless, withSettings } from "./said.ts";
import type { Lowered, Word } from "./word.ts";

type Values = Readonly<Record<string, number>>;

/** All of them; each reads its own parameters only. */
export const declared: readonly Activation<string>[] = Object.values(
  activations,
) as readonly unknown[] as readonly Activation<string>[]; // their names are strings

export const activationOperations = byName(operationOf) as unknown as {
  readonly [N in ActivationName]: Operation<Attributes[N]>;
}; // each declaration makes the operation of its own name

export const activationWords: readonly Word[] = declared.map(wordOf);

export const activationFormulas = byName(({ value }) => value) as unknown as {
  readonly [N in ActivationName]: (attributes: ActivationAttributes[N]) => Formula;
}; // as above

function byName<T>(make: (declaration: Activation<string>) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(declared.map((declaration) => [declaration.name, make(declaration)]));
}

function operationOf(declaration: Activation<string>): Operation<Values> {
  const { name, summary, label, parameters, moment, probabilities } = declaration;
  const usual = (parameter: string): string => String(parameters[parameter]?.default);
  return {
    ...cellwiseOperation<Values>({
      name,
      summary,
      kind: "activation",
      label: (attributes) => (typeof label === "string" ? label : label(attributes)),
      schema: Object.fromEntries(Object.keys(parameters).map((parameter) => [parameter, real])),
      say: (attributes) =>
        withSettings(
          said(name),
          Object.entries(attributes).flatMap(([parameter, value]) =>
            unless(String(value), usual(parameter), parameter),
          ),
        ),
    }),
    moment,
    ...(probabilities === undefined ? {} : { probabilities: "of each channel" }),
  };
}

function wordOf({ name, summary, parameters }: Activation<string>): Word {
  const given = Object.entries(parameters);
  return {
    name,
    summary,
    parameters: given.map(([parameter, { summary, default: usual, least }]) =>
      positional(
        parameter,
        least === undefined ? { kind: "number" } : { kind: "number", least },
        summary,
        String(usual),
      ),
    ),
    lower: (call) => {
      const attributes = Object.fromEntries(
        given.map(([parameter, { default: usual }]) => [
          parameter,
          argumentOf(call, parameter, "number") ?? usual,
        ]),
      );
      return [{ operation: name, attributes, inputs: [call.current.node] } as unknown as Lowered]; // the declaration's own parameters
    },
  };
}
