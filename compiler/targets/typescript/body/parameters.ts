/** In what calls of one block differ: the parameters of its function, and their values in each call. */
import type { BlockFunction, Call, Loop, Statement } from "../../structure/statement.ts";
import { callsIn, loopsIn } from "../../structure/statement.ts";
import type { Structure } from "../../structure/structure.ts";
import type { Argument } from "../row.ts";
import type { Names } from "./names.ts";

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  /** Its default; `undefined`: every call gives it. */
  readonly usual: string | undefined;
  /** Its value in a call with these statements. */
  readonly valueIn: (statements: readonly Statement[]) => string;
}

export type ParameterType = "boolean" | "number" | "Pair" | "number | Pair" | "number | Sides" | "Sides";

/** A function of a block: its parameters, and where they take the place of numbers. */
export interface BlockLayout {
  readonly parameters: readonly Parameter[];
  /** By place among the arguments of a layer, or the parameters of the block that is called. */
  readonly replaced: ReadonlyMap<Call, ReadonlyMap<number, string>>;
  readonly counts: ReadonlyMap<Loop, string>;
}

/** @param argumentsOf those of a layer's expression */
export function layoutsOf(
  { functions, instances }: Structure,
  argumentsOf: (call: Call) => readonly Argument[],
  names: Names,
): ReadonlyMap<BlockFunction, BlockLayout> {
  const layouts = new Map<BlockFunction, BlockLayout>();
  // A block is before those that call it.
  for (const block of functions) {
    const calls = (instances.get(block) ?? []).map(({ statements }) => statements);
    layouts.set(block, new Layout(block, calls, layouts, argumentsOf, names).run());
  }
  return layouts;
}

/** What may differ: an argument of a layer, a parameter of a block that is called, or how often a loop repeats. */
interface Quantity {
  readonly name: string;
  readonly usual: string | undefined;
  readonly valueIn: Parameter["valueIn"];
}

class Layout {
  readonly #block: BlockFunction;
  readonly #instances: readonly (readonly Statement[])[];
  readonly #layouts: ReadonlyMap<BlockFunction, BlockLayout>;
  readonly #argumentsOf: (call: Call) => readonly Argument[];
  readonly #local: (name: string) => string;
  readonly #parameters: (Parameter & { readonly of: string; readonly values: readonly string[] })[] = [];

  constructor(
    block: BlockFunction,
    instances: readonly (readonly Statement[])[],
    layouts: ReadonlyMap<BlockFunction, BlockLayout>,
    argumentsOf: (call: Call) => readonly Argument[],
    names: Names,
  ) {
    this.#block = block;
    this.#instances = instances;
    this.#layouts = layouts;
    this.#argumentsOf = argumentsOf;
    this.#local = names.local();
    for (const { variable } of loopsIn(block.statements)) this.#local(variable);
  }

  run(): BlockLayout {
    const { statements } = this.#block;
    const counts = new Map<Loop, string>();
    for (const [place, loop] of loopsIn(statements).entries()) {
      const name = this.#parameter({
        name: "count",
        usual: undefined,
        valueIn: (body) => String(loopsIn(body)[place]?.count),
      });
      if (name !== undefined) counts.set(loop, name);
    }
    const replaced = new Map<Call, ReadonlyMap<number, string>>();
    for (const [place, call] of callsIn(statements).entries()) {
      const here = new Map<number, string>();
      // A padding that is the dilation in every call is a parameter called after the dilation.
      const quantities = [...this.#quantities(call, place).entries()].sort(
        ([, a], [, b]) => Number(a.name === "padding") - Number(b.name === "padding"),
      );
      for (const [at, quantity] of quantities) {
        const name = this.#parameter(quantity);
        if (name !== undefined) here.set(at, name);
      }
      replaced.set(call, here);
    }
    return { parameters: this.#parameters, replaced, counts };
  }

  #quantities(call: Call, place: number): readonly Quantity[] {
    if ("block" in call.callee) {
      const { parameters } = layoutOf(this.#layouts, call.callee.block);
      return parameters.map((inner) => ({
        ...inner,
        valueIn: (body) => {
          const { callee } = at(callsIn(body), place);
          return "block" in callee ? inner.valueIn(callee.statements) : "";
        },
      }));
    }
    return this.#argumentsOf(call).map(({ name, usual }, argument) => ({
      name,
      usual,
      valueIn: (body) => at(this.#argumentsOf(at(callsIn(body), place)), argument).code,
    }));
  }

  /** `undefined`: the same in every call. */
  #parameter({ name, usual, valueIn }: Quantity): string | undefined {
    const values = this.#instances.map(valueIn);
    if (new Set(values).size === 1) return undefined;
    const known = this.#parameters.find(
      (one) =>
        (one.of === name || (one.of === "dilation" && name === "padding")) &&
        one.values.every((value, i) => value === values[i]),
    );
    if (known !== undefined) return known.name;
    const own = this.#local(name);
    this.#parameters.push({
      name: own,
      of: name,
      type: typeOf(values),
      usual: usual !== undefined && values.includes(usual) ? usual : undefined,
      valueIn,
      values,
    });
    return own;
  }
}

export function layoutOf(
  layouts: ReadonlyMap<BlockFunction, BlockLayout>,
  block: BlockFunction,
): BlockLayout {
  const layout = layouts.get(block);
  if (layout === undefined) throw new Error(`${block.name} has no layout`);
  return layout;
}

function at<T>(items: readonly T[], place: number): T {
  const item = items[place];
  if (item === undefined)
    throw new Error(`calls of one block differ in more than numbers: nothing at ${place}`);
  return item;
}

function typeOf(values: readonly string[]): ParameterType {
  if (values.every((value) => value === "true" || value === "false")) return "boolean";
  const sides = values.filter((value) => value.startsWith("[["));
  const pairs = values.filter((value) => /^\[[^[]/.test(value));
  if (sides.length > 0) return sides.length === values.length ? "Sides" : "number | Sides";
  if (pairs.length > 0) return pairs.length === values.length ? "Pair" : "number | Pair";
  return "number";
}
