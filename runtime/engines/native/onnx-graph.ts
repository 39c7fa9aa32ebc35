/** An ONNX graph of static shapes while it is built. */
import { type Attributes, attributeMessages, int, ints } from "../../../compiler/onnx/attribute.ts";
import type { Message } from "../../../compiler/onnx/schema.ts";
import { floatTensor, int64Tensor } from "../../../compiler/onnx/tensors.ts";
import { elementCount, sameShape } from "../../../compiler/tensors/value.ts";
import {
  type Domain,
  elementTypes,
  encodeGraph,
  type GraphParts,
  type OnnxElement,
  type OnnxType,
  type OnnxValue,
  type PartedModel,
  partedModel,
} from "./onnx-model.ts";
import { overwriting } from "./overwriting.ts";

export type { OnnxElement, OnnxType, OnnxValue } from "./onnx-model.ts";
export { blockedDomain, type Domain } from "./onnx-model.ts";

export interface Maker {
  readonly operator: string;
  readonly operands: readonly (OnnxValue | undefined)[];
}

export interface OnnxGraphSettings {
  /**
   * Leaves ONNX Runtime in the dark about the shapes of feature maps. Where it knows them, a value takes over the buffer of an earlier one
   * of the same shape, and the buffer is held between the two: from the forward pass of a level to the backward pass, though nothing in
   * it is read any more. Unknown shapes are allocated when they are computed, and freed after their last reader.
   */
  readonly hidesShapes?: boolean;
}

export class OnnxGraph {
  readonly #hidesShapes: boolean;
  readonly #nodes: Message<"NodeProto">[] = [];
  readonly #constants: Message<"TensorProto">[] = [];
  readonly #inputs = new Map<string, OnnxValue>();
  readonly #outputs: OnnxValue[] = [];
  /** What nodes give, by name; and what a Reshape gives another shape. */
  readonly #values = new Map<string, OnnxValue>();
  readonly #makers = new Map<string, Maker>();
  readonly #reshaped = new Map<string, OnnxValue>();
  /** What was built before and may be read again: constants, casts, changed layouts. */
  readonly #known = new Map<string, OnnxValue>();
  /** Of values that are given out: the names they have there. */
  readonly #outputNames = new Map<string, string>();
  #count = 0;

  constructor({ hidesShapes = false }: OnnxGraphSettings = {}) {
    this.#hidesShapes = hidesShapes;
  }

  input(name: string, type: OnnxType): OnnxValue {
    const value = { name, ...type };
    this.#inputs.set(name, value);
    return value;
  }

  /** The node that computes the value writes it where the caller wants it, unless the value is an input, or an output already. */
  output(name: string, value: OnnxValue): void {
    this.#outputs.push({ ...value, name });
    if (this.#values.has(value.name) && !this.#outputNames.has(value.name)) {
      this.#outputNames.set(value.name, name);
    } else {
      this.#nodes.push({ op_type: "Identity", name: `output ${name}`, input: [value.name], output: [name] });
    }
  }

  /** The value before it was given another shape: an output of any shape may have it. */
  beforeReshape(value: OnnxValue): OnnxValue {
    const before = this.#reshaped.get(value.name);
    return before !== undefined && this.#values.has(before.name) ? before : value;
  }

  /** @param operands `undefined`: one that is left out */
  node(
    operator: string,
    operands: readonly (OnnxValue | undefined)[],
    results: readonly OnnxType[],
    attributes: Attributes = {},
    domain?: Domain,
  ): readonly OnnxValue[] {
    const values = results.map((type) => ({ name: this.#name(), ...type }));
    for (const value of values) {
      this.#values.set(value.name, value);
      this.#makers.set(value.name, { operator, operands });
    }
    const output = values.map(({ name }) => name);
    this.#nodes.push({
      op_type: operator,
      name: `${operator} ${output[0] ?? ""}`,
      input: operands.map((operand) => operand?.name ?? ""),
      output,
      attribute: attributeMessages(attributes),
      ...(domain === undefined ? {} : { domain }),
    });
    return values;
  }

  /** Of one result, float32 unless said otherwise. */
  apply(
    operator: string,
    operands: readonly (OnnxValue | undefined)[],
    shape: readonly number[],
    attributes: Attributes = {},
    element: OnnxElement = "float32",
    domain?: Domain,
  ): OnnxValue {
    const [result] = this.node(operator, operands, [{ element, shape }], attributes, domain);
    if (result === undefined) throw new Error(`${operator} has no result`);
    return result;
  }

  /** The same value wherever it is asked for again under this key. */
  once(key: string, build: () => OnnxValue): OnnxValue {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const value = build();
    this.#known.set(key, value);
    return value;
  }

  /** The node that computes it; `undefined`: an input or a constant. */
  makerOf({ name }: OnnxValue): Maker | undefined {
    return this.#makers.get(name);
  }

  /** Whether `once` was asked for it. */
  has(key: string): boolean {
    return this.#known.has(key);
  }

  isInput({ name }: OnnxValue): boolean {
    return this.#inputs.has(name);
  }

  /** So many that a text of them would be long are written each time. */
  integers(values: readonly number[], shape: readonly number[] = [values.length]): OnnxValue {
    const build = (): OnnxValue => {
      const name = this.#name();
      this.#constants.push(int64Tensor(name, shape, values));
      return { name, element: "int64", shape };
    };
    return values.length > 2 ** 16
      ? build()
      : this.once(`int64 [${shape.join(",")}] ${values.join(",")}`, build);
  }

  floats(values: ArrayLike<number>, shape: readonly number[]): OnnxValue {
    const data = Float32Array.from(values);
    const build = (): OnnxValue => {
      const name = this.#name();
      this.#constants.push(floatTensor(name, { shape, data }));
      return { name, element: "float32", shape };
    };
    return data.length > 256
      ? build()
      : this.once(
          `float32 [${shape.join(",")}] ${Array.from(data, (x) => (Object.is(x, -0) ? "-0" : x)).join(",")}`,
          build,
        );
  }

  /** A scalar. */
  number(value: number, element: OnnxElement = "float32"): OnnxValue {
    if (element === "float32") return this.floats([value], []);
    return this.cast(this.integers([value], []), element);
  }

  zeros(shape: readonly number[]): OnnxValue {
    return this.once(`zeros [${shape.join(",")}]`, () =>
      this.apply("ConstantOfShape", [this.integers(shape)], shape),
    );
  }

  /** The same value under another name, which is new each time; ONNX Runtime removes the node. */
  renamed(x: OnnxValue): OnnxValue {
    return this.apply("Identity", [x], x.shape, {}, x.element);
  }

  cast(x: OnnxValue, element: OnnxElement): OnnxValue {
    if (x.element === element) return x;
    return this.once(`${element} of ${x.name}`, () =>
      this.apply("Cast", [x], x.shape, { to: int(elementTypes[element]) }, element),
    );
  }

  /** Of several in a row the last one counts: what has another shape is read as it was before. */
  reshape(x: OnnxValue, shape: readonly number[]): OnnxValue {
    const source = this.#reshaped.get(x.name) ?? x;
    if (sameShape(source.shape, shape)) return source;
    return this.once(`${source.name} as [${shape.join(",")}]`, () => {
      const value = this.apply("Reshape", [source, this.#shape(shape)], shape, {}, source.element);
      this.#reshaped.set(value.name, source);
      return value;
    });
  }

  /** As an operand; computed when the model runs where shapes are hidden, as a constant would tell it. */
  #shape(shape: readonly number[]): OnnxValue {
    const constant = this.integers(shape);
    if (!this.#hidesShapes) return constant;
    return this.once(`hidden ${constant.name}`, () =>
      this.apply("Abs", [constant], constant.shape, {}, "int64"),
    );
  }

  /** The value with one axis, if it had that before it was given another shape, or has it elsewhere. */
  asVector(x: OnnxValue): OnnxValue | undefined {
    const source = this.#reshaped.get(x.name) ?? x;
    if (source.shape.length === 1) return source;
    return this.#known.get(`${source.name} as [${elementCount(x.shape)}]`);
  }

  transpose(x: OnnxValue, order: readonly number[]): OnnxValue {
    const shape = order.map((axis) => x.shape[axis] ?? 1);
    // axes of extent 1 move without a value moving
    const moving = order.filter((axis) => x.shape[axis] !== 1);
    if (moving.every((axis, i) => i === 0 || (moving[i - 1] ?? 0) < axis)) return this.reshape(x, shape);
    return this.once(`${x.name} by [${order.join(",")}]`, () =>
      this.apply("Transpose", [x], shape, { perm: ints(order) }, x.element),
    );
  }

  /** From `start` along each axis, `size` positions `step` apart. */
  slice(
    x: OnnxValue,
    start: readonly number[],
    size: readonly number[],
    step: readonly number[] = x.shape.map(() => 1),
  ): OnnxValue {
    if (sameShape(x.shape, size)) return x;
    const axes = [...x.shape.keys()].filter((axis) => size[axis] !== x.shape[axis]);
    const along = (values: (axis: number) => number) => this.integers(axes.map(values));
    const from = (axis: number) => start[axis] ?? 0;
    const to = (axis: number) => from(axis) + ((size[axis] ?? 1) - 1) * (step[axis] ?? 1) + 1;
    const parts = [along(from), along(to), this.integers(axes), along((axis) => step[axis] ?? 1)];
    return this.once(`${x.name} ${parts.map(({ name }) => name).join(" ")}`, () =>
      this.apply("Slice", [x, ...parts], size, {}, x.element),
    );
  }

  /** From `start` along each of the first axes, `size` positions, of all that lies behind them; by all threads, where Slice has one. */
  lines(x: OnnxValue, start: readonly number[], size: readonly number[]): OnnxValue {
    if (sameShape(x.shape, [...size, ...x.shape.slice(size.length)])) return x;
    let places = [0];
    for (const [axis, count] of size.entries()) {
      const extent = x.shape[axis] ?? 1;
      const along = Array.from({ length: count }, (_, i) => (start[axis] ?? 0) + i);
      places = places.flatMap((place) => along.map((position) => place * extent + position));
    }
    const rest = x.shape.slice(size.length);
    const all = elementCount(x.shape.slice(0, size.length));
    const found = this.apply(
      "Gather",
      [this.reshape(x, [all, elementCount(rest)]), this.integers(places)],
      [places.length, elementCount(rest)],
      { axis: int(0) },
      x.element,
    );
    return this.reshape(found, [...size, ...rest]);
  }

  /** Zeros, or another number; a negative count crops. */
  pad(x: OnnxValue, before: readonly number[], after: readonly number[], value?: number): OnnxValue {
    if ([...before, ...after].every((count) => count === 0)) return x;
    const shape = x.shape.map((extent, axis) => extent + (before[axis] ?? 0) + (after[axis] ?? 0));
    const counts = this.integers([...before, ...after]);
    const filled = value === undefined ? [] : [this.number(value, x.element)];
    return this.once(`${x.name} padded ${counts.name} ${value}`, () =>
      this.apply("Pad", [x, counts, ...filled], shape, {}, x.element),
    );
  }

  concat(values: readonly OnnxValue[], axis: number): OnnxValue {
    const [first] = values;
    if (first === undefined) throw new Error("nothing is joined");
    if (values.length === 1) return first;
    const extent = values.reduce((sum, { shape }) => sum + (shape[axis] ?? 1), 0);
    return this.apply("Concat", values, first.shape.with(axis, extent), { axis: int(axis) }, first.element);
  }

  /** Repeated to the shape. */
  expand(x: OnnxValue, shape: readonly number[]): OnnxValue {
    if (sameShape(x.shape, shape)) return x;
    if (elementCount(x.shape) === elementCount(shape)) return this.reshape(x, shape);
    return this.once(`${x.name} repeated to [${shape.join(",")}]`, () =>
      this.apply("Expand", [x, this.integers(shape)], shape, {}, x.element),
    );
  }

  /** The bytes of a model. */
  encode(): Uint8Array {
    return encodeGraph(this.#named());
  }

  /** Two models: what depends on these inputs and constants alone, and the rest. */
  encodeApart(early: ReadonlySet<string>): PartedModel | undefined {
    return partedModel(this.#named(), this.#values, early);
  }

  /** Tells whether an output may be written into the buffer of an input; both by name. */
  overwriting(): (input: string, output: string) => boolean {
    return overwriting(this.#named().nodes);
  }

  /** What the outputs need, with their names. */
  #named(): GraphParts {
    const renamed = (name: string) => this.#outputNames.get(name) ?? name;
    const needed = new Set(this.#outputs.map(({ name }) => name));
    const nodes: Message<"NodeProto">[] = [];
    for (const node of this.#nodes.toReversed()) {
      const output = (node.output ?? []).map(renamed);
      if (!output.some((name) => needed.has(name))) continue;
      const input = (node.input ?? []).map(renamed);
      for (const name of input) needed.add(name);
      nodes.push({ ...node, input, output });
    }
    return {
      nodes: nodes.toReversed(),
      constants: this.#constants,
      inputs: [...this.#inputs.values()],
      outputs: this.#outputs,
      hidesShapes: this.#hidesShapes,
    };
  }

  #name(): string {
    return `v${this.#count++}`;
  }
}
