/** The nodes and initialisers of an ONNX graph while it is built; every name is used once. */

import { type Attributes, attributeMessages, int } from "../../onnx/attribute.ts";
import type { Message } from "../../onnx/schema.ts";
import { floatTensor, int64Tensor } from "../../onnx/tensors.ts";
import type { WeightValues } from "../target.ts";

export interface NewNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name: string;
  readonly attributes: Attributes;
  readonly doc: string | undefined;
}

export class ModelBuilder {
  readonly #nodes: Message<"NodeProto">[] = [];
  readonly #initializers = new Map<string, Message<"TensorProto">>();
  readonly #valueNames = new Set<string>();
  readonly #nodeNames = new Set<string>();
  readonly #shapes = new Map<string, string>();

  get nodes(): readonly Message<"NodeProto">[] {
    return this.#nodes;
  }

  get initializers(): readonly Message<"TensorProto">[] {
    return [...this.#initializers.values()];
  }

  /** A name for a value that no other has: the one asked for, or that with a number. */
  valueName(asked: string): string {
    return unused(asked, this.#valueNames);
  }

  add({ operator, inputs, outputs, name, attributes, doc }: NewNode): void {
    this.#nodes.push({
      op_type: operator,
      name: unused(name, this.#nodeNames),
      input: inputs,
      output: outputs,
      attribute: attributeMessages(attributes),
      ...(doc === undefined ? {} : { doc_string: doc }),
    });
  }

  /** The values are read once for each name. @returns the name */
  weight(name: string, read: () => WeightValues): string {
    if (!this.#initializers.has(name)) this.#initializers.set(name, floatTensor(name, read()));
    return name;
  }

  /** An int64 vector; equal ones are one initialiser. */
  integers(values: readonly number[]): string {
    const name = `int64[${values.join(",")}]`;
    if (!this.#initializers.has(name))
      this.#initializers.set(name, int64Tensor(name, [values.length], values));
    return name;
  }

  /** An int64 number without a dimension. */
  integer(value: number): string {
    const name = `int64 ${value}`;
    if (!this.#initializers.has(name)) this.#initializers.set(name, int64Tensor(name, [], [value]));
    return name;
  }

  /** A number without a dimension. */
  number(value: number): string {
    return this.weight(`float ${value}`, () => ({ shape: [], data: Float32Array.of(value) }));
  }

  /** The extents of dimensions `from` to `to`, the last not among them, of a value with four: an int64 vector. */
  shapeOf(value: string, from: number, to: number): string {
    const key = `${value}/Shape[${from}:${to}]`;
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const output = this.valueName(key);
    const attributes = { start: int(from), end: int(to) };
    this.add({
      operator: "Shape",
      inputs: [value],
      outputs: [output],
      name: key,
      attributes,
      doc: undefined,
    });
    this.#shapes.set(key, output);
    return output;
  }
}

function unused(asked: string, names: Set<string>): string {
  let name = asked;
  for (let count = 2; names.has(name); count += 1) name = `${asked}_${count}`;
  names.add(name);
  return name;
}
