/** A TensorFlow graph under construction. A node has one name, which is that of its value too. */
import type { WeightValues } from "../target.ts";
import { type Attributes, shapeOf, type } from "./attribute.ts";

export interface GraphDefinitionNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, unknown>>;
}

export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export class GraphBuilder {
  readonly #nodes: GraphDefinitionNode[] = [];
  readonly #constants = new Map<string, Constant>();
  readonly #names = new Set<string>();
  readonly #shapes = new Map<string, string>();
  readonly #renamed = new Map<string, string>();

  get nodes(): readonly GraphDefinitionNode[] {
    return this.#nodes.map(({ name, input, ...rest }) => ({
      name: this.#current(name),
      ...(input === undefined ? {} : { input: input.map((value) => this.#current(value)) }),
      ...rest,
    }));
  }

  /** In the order in which they were first read. */
  get constants(): readonly Constant[] {
    return [...this.#constants.values()];
  }

  get count(): number {
    return this.#nodes.length;
  }

  /** Whether a value is that of a node, no constant, added after there were so many. */
  addedSince(count: number, value: string): boolean {
    return this.#nodes.slice(count).some(({ name, op }) => name === value && op !== "Const");
  }

  /** A name that no node has: the one asked for, or that with a number. A colon would divide a name from an output's number. */
  name(asked: string): string {
    const plain = asked.replaceAll(":", "_");
    let name = plain;
    for (let count = 2; this.#names.has(name); count += 1) name = `${plain}_${count}`;
    this.#names.add(name);
    return name;
  }

  /** @param name one that `name` gave */
  add(name: string, op: string, input: readonly string[], attr: Attributes): string {
    this.#nodes.push({ name, op, ...(input.length === 0 ? {} : { input }), attr });
    return name;
  }

  /** Gives a node that is there another name. @returns the name */
  rename(from: string, asked: string): string {
    const to = this.name(asked);
    this.#renamed.set(from, to);
    return to;
  }

  /** Numbers; those of one name are read once. @returns the name */
  constant(name: string, read: () => WeightValues): string {
    return this.#constant(name, read);
  }

  /** A vector of int32; equal ones are one constant. */
  integers(values: readonly number[]): string {
    return this.#integers(`int32/${values.join(",")}`, [values.length], values);
  }

  /** A matrix of int32 of two columns. */
  pairs(values: readonly (readonly [number, number])[]): string {
    return this.#integers(`int32/${values.join(";")}`, [values.length, 2], values.flat());
  }

  /** An int32 without a dimension. */
  integer(value: number): string {
    return this.#integers(`int32/scalar ${value}`, [], [value]);
  }

  /** A number without a dimension. */
  number(value: number): string {
    return this.#constant(`float/${value}`, () => ({ shape: [], data: Float32Array.of(value) }));
  }

  /** The extents of a value with four dimensions: a vector of int32. */
  shapeOf(value: string): string {
    const known = this.#shapes.get(value) ?? this.add(this.name(`${value}/Shape`), "Shape", [value], {});
    this.#shapes.set(value, known);
    return known;
  }

  /** With the number of an output, if it has one. */
  #current(value: string): string {
    const [name = "", ...output] = value.split(":");
    return [this.#renamed.get(name) ?? name, ...output].join(":");
  }

  #integers(name: string, shape: readonly number[], values: readonly number[]): string {
    return this.#constant(name, () => ({ shape, data: Int32Array.from(values) }));
  }

  #constant(key: string, read: () => Pick<Constant, "shape" | "data">): string {
    const known = this.#constants.get(key);
    if (known !== undefined) return known.name;
    const { shape, data } = read();
    const name = this.name(key);
    this.#constants.set(key, { name, shape, data });
    const dtype = data instanceof Int32Array ? "DT_INT32" : "DT_FLOAT";
    const tensor = { dtype, tensorShape: shapeOf(shape) };
    this.#nodes.push({ name, op: "Const", attr: { dtype: type(dtype), value: { tensor } } });
    return name;
  }
}
