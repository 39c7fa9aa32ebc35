/** What a row of the table is: a node of the network's graph as nodes of a TensorFlow graph. */
import type { PerAxis } from "../../axis.ts";
import type { Refusal } from "../../diagnostics/problem.ts";
import type { Graph, GraphNode, NodeOf } from "../../network/graph.ts";
import type { OperationName } from "../../ops/attributes.ts";
import type { Margins } from "../../ops/operation.ts";
import { inputAt } from "../../ops/rules.ts";
import { constantCells } from "../../sizes/constant-cells.ts";
import type { WeightValues } from "../target.ts";
import { type Attributes, int } from "./attribute.ts";
import type { GraphBuilder } from "./graph-builder.ts";

/** @returns the value that holds the node's feature map, [batch, height, width, channels]; or why there is none. */
export type Row<O extends OperationName> = (
  node: NodeOf<O>,
  inputs: readonly string[],
  row: RowContext,
) => string | Refusal;

/** Whole numbers, known now or when the model runs: a vector of int32. */
export type Integers = readonly number[] | { readonly value: string; readonly length: number };

/** What is computed together with a convolution (rows/fusion.ts). */
export interface Fusion {
  /** What is folded into its weights. */
  readonly folded: GraphNode | undefined;
  readonly activation: Activation | undefined;
  /** The nodes after the convolution, in order: the feature map of the last is computed. */
  readonly nodes: readonly number[];
}

export type Activation = "Relu" | "Relu6";

/**
 * Where the maxima of a maxpool are: for each element of its windows, in row order, whether the maximum is there, as boolean
 * feature maps. Where several are true the first counts.
 */
export type Maxima = readonly string[];

export interface Surroundings {
  readonly graph: Graph;
  readonly builder: GraphBuilder;
  readonly weightsOf: (name: string) => WeightValues;
  /** The values that hold feature maps, by node. */
  readonly values: Map<number, string>;
  /** What is computed together with a node. */
  readonly fusions: ReadonlyMap<number, Fusion>;
  /** Of the maxpools that an unpool refers to. */
  readonly unpooled: ReadonlySet<number>;
  readonly maxima: Map<number, Maxima>;
}

const operators = { add: "AddV2", subtract: "Sub", multiply: "Mul", divide: "FloorDiv" } as const;

const unmoved: PerAxis<number> = [1, 1];

/** Adds the nodes of one layer. */
export class RowContext {
  readonly around: Surroundings;
  readonly #node: GraphNode;
  constructor(around: Surroundings, node: GraphNode) {
    this.around = around;
    this.#node = node;
  }

  get builder(): GraphBuilder {
    return this.around.builder;
  }

  /** What follows this layer and is computed with it. */
  get fusion(): Fusion | undefined {
    return this.around.fusions.get(this.#node.id);
  }

  /** @returns the name of the new node; that of the row's result becomes the layer's */
  step(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.builder.add(this.builder.name(`${this.#node.name}/${op}`), op, inputs, attributes);
  }

  /** The name under which the weights of this layer are filed: its own, or that of the layer whose weights it uses. */
  get owner(): string {
    return this.#ownerOf(this.#node).name;
  }

  #ownerOf(node: GraphNode): GraphNode {
    const { sharesWith } = node;
    return sharesWith === undefined ? node : inputAt(this.around.graph.nodes, sharesWith);
  }

  /** The values of a weight, in the layout of the safetensors file; of another layer that is computed with this one. */
  values(name: string, node: GraphNode = this.#node): WeightValues {
    return this.around.weightsOf(`${this.#ownerOf(node).name}.${name}`);
  }

  /** [channels, inputs of a group, height, width], or as the operation has it. */
  weightShape(name: string): readonly number[] {
    const found = this.#ownerOf(this.#node).weights.find((weight) => weight.name === name);
    if (found === undefined) throw new Error(`${this.#node.name} has no ${name}`);
    return found.shape;
  }

  /** A weight as a constant; one per channel is a vector. */
  weight(name: string): string {
    return this.builder.constant(`${this.owner}.${name}`, () => this.values(name));
  }

  /** Numbers that no training changes. */
  constant(what: string, shape: readonly number[], numbers: Iterable<number>): string {
    const read = () => ({ shape, data: Float32Array.from(numbers) });
    return this.builder.constant(`${this.#node.name}/${what}`, read);
  }

  /** Of the nth input. */
  channelsOf(place: number): number {
    return inputAt(this.around.graph.nodes, inputAt(this.#node.inputs, place)).map.channels;
  }

  /** [height, width] of the nth input. */
  extent(place: number): Integers {
    const [height, width] = this.#constantExtent(place);
    if (height !== undefined && width !== undefined) return [height, width];
    return this.#part(this.builder.shapeOf(this.valueOf(place)), 1, 2);
  }

  /** The height (0) or width (1) of the nth input: a vector of one. */
  extentAlong(place: number, axis: 0 | 1): Integers {
    const cells = this.#constantExtent(place)[axis];
    if (cells !== undefined) return [cells];
    return this.#part(this.builder.shapeOf(this.valueOf(place)), 1 + axis, 1);
  }

  #constantExtent(place: number): PerAxis<number | undefined> {
    const [height, width] = inputAt(this.around.graph.nodes, inputAt(this.#node.inputs, place)).map.size;
    return [constantCells(height), constantCells(width)];
  }

  valueOf(place: number): string {
    const value = this.around.values.get(inputAt(this.#node.inputs, place));
    if (value === undefined) throw new Error(`${this.#node.name}: its input ${place} has no value`);
    return value;
  }

  /** Number by number; a known vector of one goes with every number. A quotient is rounded down. */
  calculate(operation: keyof typeof operators, first: Integers, second: Integers): Integers {
    const length = Math.max(first.length, second.length);
    // Kernels for whole numbers do not broadcast on every backend.
    const whole = (vector: Integers): Integers =>
      "value" in vector || vector.length === length
        ? vector
        : new Array<number>(length).fill(inputAt(vector, 0));
    const [left, right] = [whole(first), whole(second)];
    if ("value" in left || "value" in right) {
      return { value: this.step(operators[operation], [this.integers(left), this.integers(right)]), length };
    }
    return left.map((a, i) => {
      const b = inputAt(right, i);
      return { add: a + b, subtract: a - b, multiply: a * b, divide: Math.floor(a / b) }[operation];
    });
  }

  /** The vector as a value. */
  integers(vector: Integers): string {
    return "value" in vector ? vector.value : this.builder.integers(vector);
  }

  /** One vector of several. */
  joined(...vectors: readonly Integers[]): Integers {
    const known = vectors.flatMap((vector) => ("value" in vector ? [] : [vector]));
    if (known.length === vectors.length) return known.flat();
    const parts = vectors.map((vector) => this.integers(vector));
    const length = vectors.reduce((sum, vector) => sum + vector.length, 0);
    return { value: this.concatenated(parts, 0), length };
  }

  concatenated(values: readonly string[], dimension: number): string {
    const count = { N: int(values.length) };
    return this.step("ConcatV2", [...values, this.builder.integer(dimension)], count);
  }

  /** In so many equal parts. */
  split(value: string, parts: number, dimension: number): readonly string[] {
    const count = { num_split: int(parts) };
    const first = this.step("Split", [this.builder.integer(dimension), value], count);
    return Array.from({ length: parts }, (_, i) => (i === 0 ? first : `${first}:${i}`));
  }

  /** Zeros, or the given value, around height and width; the value itself where there are none. */
  padded(value: string, margins: PerAxis<Margins>, filling = 0): string {
    if (!someMargins(margins)) return value;
    return this.step("PadV2", [value, this.paddings(margins), this.builder.number(filling)]);
  }

  /** Margins of height and width as those of all four dimensions. */
  paddings([y, x]: PerAxis<Margins>): string {
    return this.builder.pairs([
      [0, 0],
      [y.before, y.after],
      [x.before, x.after],
      [0, 0],
    ]);
  }

  /** Without its margins, and of the rest every `stride`th position; the value itself where that is all. */
  cut(value: string, margins: PerAxis<Margins>, stride: PerAxis<number> = unmoved): string {
    const all = !someMargins(margins) && stride.every((step) => step === 1);
    return all ? value : this.step("StridedSlice", ...cutInputs(value, margins, stride, this));
  }

  /** Height and width from `starts` on, of the given extents. */
  window(value: string, starts: Integers, extents: Integers): string {
    const begin = this.joined([0], starts, [0]);
    const size = this.joined([-1], extents, [-1]);
    return this.step("Slice", [value, this.integers(begin), this.integers(size)]);
  }

  #part(vector: string, start: number, length: number): Integers {
    const bounds = [this.builder.integers([start]), this.builder.integers([length])];
    return { value: this.step("Slice", [vector, ...bounds]), length };
  }
}

export function someMargins(margins: PerAxis<Margins>): boolean {
  return margins.some(({ before, after }) => before !== 0 || after !== 0);
}

function cutInputs(
  value: string,
  [y, x]: PerAxis<Margins>,
  stride: PerAxis<number>,
  { builder }: RowContext,
): [inputs: readonly string[], attributes: Attributes] {
  const inputs = [
    value,
    builder.integers([0, y.before, x.before, 0]),
    builder.integers([0, -y.after, -x.after, 0]),
    builder.integers([1, ...stride, 1]),
  ];
  // A bit for each dimension that starts at its first position, or goes to its last.
  const toTheEnd = 0b1001 | (y.after === 0 ? 0b0010 : 0) | (x.after === 0 ? 0b0100 : 0);
  return [inputs, { begin_mask: int(0b1001), end_mask: int(toTheEnd) }];
}
