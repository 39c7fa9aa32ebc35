/** A word of a `train` section with its arguments, `adam(learning_rate = 1e-4)`: its name, parameters, meaning and source. */
import { Refusal } from "../../diagnostics/problem.ts";
import type { BoundValue, ParameterSpecification } from "../../ops/word.ts";

/** A parameter by the name of its setting; the specification is that of operations' words (compiler/ops/word.ts). */
export interface Parameter<T> extends Omit<ParameterSpecification, "name"> {
  /** The setting for an argument of its type; `undefined`: left out. */
  readonly settingOf: (bound: BoundValue | undefined) => T;
}

/** By setting, "learningRate"; the language writes it "learning_rate". */
export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

export type SettingsOf<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/** The arguments of a call, by the names of parameters. */
export type BoundArguments = ReadonlyMap<string, BoundValue>;

export interface Definition<N extends string = string, S extends object = object> {
  readonly name: N;
  /** What it is, in one sentence. */
  readonly summary: string;
  /** Paper and section; `undefined` where there is none to cite. */
  readonly source: string | undefined;
  readonly parameters: readonly ParameterSpecification[];
  /** The configuration that the arguments define, or why they do not go together. */
  readonly configure: (given: BoundArguments) => Configured<N, S> | Refusal;
}

export type Configured<N extends string, S extends object> = { readonly kind: N } & S;

/** The configuration that a definition gives; of a union of definitions, the union of theirs. */
export type ConfigurationOf<D> = D extends Definition<infer N, infer S> ? Configured<N, S> : never;

interface Declaration<N extends string, P extends Parameters> {
  readonly name: N;
  readonly summary: string;
  readonly source?: string;
  readonly parameters: P;
}

/** A definition whose configuration is its settings, one for each parameter. */
export function define<const N extends string, P extends Parameters>(
  declaration: Declaration<N, P> & {
    /** Why settings that are each allowed do not go together. */
    readonly check?: (settings: SettingsOf<P>) => Refusal | undefined;
  },
): Definition<N, SettingsOf<P>> {
  const { check } = declaration;
  return defineAs({ ...declaration, configure: (settings) => check?.(settings) ?? settings });
}

/** A definition whose configuration is made from its settings. */
export function defineAs<const N extends string, P extends Parameters, S extends object>(
  declaration: Declaration<N, P> & { readonly configure: (settings: SettingsOf<P>) => S | Refusal },
): Definition<N, S> {
  const { name, summary, source, parameters, configure } = declaration;
  const entries = Object.entries(parameters);
  return {
    name,
    summary,
    source,
    parameters: entries.map(([setting, { settingOf: _, ...specification }]) => ({
      name: inWords(setting),
      ...specification,
    })),
    configure: (given) => {
      // One setting for each parameter, of the type it gives.
      const settings = Object.fromEntries(
        entries.map(([setting, { settingOf }]) => [setting, settingOf(given.get(inWords(setting)))]),
      ) as SettingsOf<P>;
      const configured = configure(settings);
      return configured instanceof Refusal ? configured : { kind: name, ...configured };
    },
  };
}

/** Its configuration without arguments. @throws Error when it needs some: an internal error. */
export function defaultOf<N extends string, S extends object>(
  definition: Definition<N, S>,
): Configured<N, S> {
  const configured = definition.configure(new Map());
  if (configured instanceof Refusal) throw new Error(`${definition.name} has no default`);
  return configured;
}

/** The definition of a name; configurations name only definitions of their registry. */
export function definitionOf<D extends { readonly name: string }>(known: readonly D[], name: string): D {
  const found = known.find((definition) => definition.name === name);
  if (found === undefined) throw new Error(`nothing is defined as ${name}`);
  return found;
}

/** "learningRate" as the language writes it: "learning_rate". */
export function inWords(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
