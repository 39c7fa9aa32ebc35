/** What a row of the table is: a node of the graph as ONNX operators. */
import type { Refusal } from "../../diagnostics/problem.ts";
import type { Graph, GraphNode, NodeOf } from "../../network/graph.ts";
import { type Attributes, int } from "../../onnx/attribute.ts";
import type { OperationName } from "../../ops/attributes.ts";
import { inputAt } from "../../ops/rules.ts";
import { constantCells } from "../../sizes/constant-cells.ts";
import type { Normalisation, WeightValues } from "../target.ts";
import type { ModelBuilder } from "./model-builder.ts";

/** @returns the value that holds the node's feature map, [batch, channels, height, width]; or why there is none. */
export type Row<O extends OperationName> = (
  node: NodeOf<O>,
  inputs: readonly string[],
  row: RowContext,
) => string | Refusal;

/** Whole numbers, known now or at run time as an int64 vector. */
export type Integers = readonly number[] | { readonly value: string };

/** Where the maxima of a maxpool are in its input, for an unpool: int64, flat over the whole input. */
export interface PoolIndices {
  readonly indices: string;
  /** Whether each position of the input belongs to one window at most, and each window is inside the input. */
  readonly apart: boolean;
}

export interface Surroundings {
  readonly graph: Graph;
  readonly model: ModelBuilder;
  readonly weightsOf: (name: string) => WeightValues;
  readonly normalisations: ReadonlyMap<string, Normalisation>;
  /** The names of the values that hold feature maps, by node. */
  readonly values: Map<number, string>;
  /** Of the maxpools that an unpool refers to. */
  readonly unpooled: ReadonlySet<number>;
  readonly indices: Map<number, PoolIndices>;
}

const operators = { add: "Add", subtract: "Sub", multiply: "Mul", divide: "Div" } as const;

/** Adds the operators of one node. */
export class RowContext {
  readonly around: Surroundings;
  readonly #node: GraphNode;
  readonly #nameValue: () => string;
  readonly #doc: string | undefined;

  /** `nameValue` gives the name of the node's feature map; it is not called where the row passes an input on. */
  constructor(around: Surroundings, node: GraphNode, nameValue: () => string, doc: string | undefined) {
    this.around = around;
    this.#node = node;
    this.#nameValue = nameValue;
    this.#doc = doc;
  }

  get model(): ModelBuilder {
    return this.around.model;
  }

  /** The operator that gives the node's feature map: it has the node's name. @returns the value */
  main(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.mains(operator, inputs, attributes, []);
  }

  /** The same with further outputs, whose values the caller names. */
  mains(
    operator: string,
    inputs: readonly string[],
    attributes: Attributes,
    further: readonly string[],
  ): string {
    const value = this.#nameValue();
    const outputs = [value, ...further];
    this.model.add({ operator, inputs, outputs, name: this.#node.name, attributes, doc: this.#doc });
    return value;
  }

  /** An operator on the way. @returns its value */
  step(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.steps(operator, inputs, attributes, []);
  }

  /** The same with further outputs, whose values the caller names. */
  steps(
    operator: string,
    inputs: readonly string[],
    attributes: Attributes,
    further: readonly string[],
  ): string {
    const name = `${this.#node.name}/${operator}`;
    const output = this.model.valueName(name);
    this.model.add({ operator, inputs, outputs: [output, ...further], name, attributes, doc: undefined });
    return output;
  }

  /** A value on the way, for a further output. */
  value(what: string): string {
    return this.model.valueName(`${this.#node.name}/${what}`);
  }

  /** A weight of this node, or of the one whose weights it uses. `shape`: other extents for the same numbers. */
  weight(name: string, shape?: readonly number[]): string {
    const { graph, weightsOf } = this.around;
    const { sharesWith } = this.#node;
    const owner = sharesWith === undefined ? this.#node : inputAt(graph.nodes, sharesWith);
    const file = `${owner.name}.${name}`;
    return this.model.weight(file, () => {
      const values = weightsOf(file);
      return shape === undefined ? values : { shape, data: values.data };
    });
  }

  /** Numbers that no training changes. */
  constant(what: string, shape: readonly number[], numbers: Iterable<number>): string {
    return this.model.weight(`${this.#node.name}/${what}`, () => ({
      shape,
      data: Float32Array.from(numbers),
    }));
  }

  /** [height, width] of the node's nth input. */
  extent(place: number): Integers {
    const id = inputAt(this.#node.inputs, place);
    const cells = inputAt(this.around.graph.nodes, id).map.size.map(constantCells);
    const known = cells.filter((count) => count !== undefined);
    if (known.length === cells.length) return known;
    return { value: this.model.shapeOf(this.valueOf(place), 2, 4) };
  }

  /** The height (0) or width (1) of the node's nth input: a vector of one. */
  extentAlong(place: number, axis: 0 | 1): Integers {
    const id = inputAt(this.#node.inputs, place);
    const cells = constantCells(inputAt(this.around.graph.nodes, id).map.size[axis]);
    if (cells !== undefined) return [cells];
    return { value: this.model.shapeOf(this.valueOf(place), 2 + axis, 3 + axis) };
  }

  /** Of the node's nth input. */
  channelsOf(place: number): number {
    return inputAt(this.around.graph.nodes, inputAt(this.#node.inputs, place)).map.channels;
  }

  /** All four extents of the node's nth input, at run time. */
  shape(place: number): string {
    return this.model.shapeOf(this.valueOf(place), 0, 4);
  }

  valueOf(place: number): string {
    const value = this.around.values.get(inputAt(this.#node.inputs, place));
    if (value === undefined) throw new Error(`${this.#node.name}: its input ${place} has no value`);
    return value;
  }

  /** Number by number; a vector of one goes with every number. A quotient is rounded down (neither may be negative). */
  calculate(operation: keyof typeof operators, first: Integers, second: Integers): Integers {
    if ("value" in first || "value" in second) {
      return { value: this.step(operators[operation], [this.integers(first), this.integers(second)]) };
    }
    const length = Math.max(first.length, second.length);
    return Array.from({ length }, (_, i) => {
      const a = inputAt(first, first.length === 1 ? 0 : i);
      const b = inputAt(second, second.length === 1 ? 0 : i);
      return { add: a + b, subtract: a - b, multiply: a * b, divide: Math.floor(a / b) }[operation];
    });
  }

  /** The vector as a value. */
  integers(vector: Integers): string {
    return "value" in vector ? vector.value : this.model.integers(vector);
  }

  /** One vector of several. */
  joined(...vectors: readonly Integers[]): Integers {
    const known = vectors.flatMap((vector) => ("value" in vector ? [] : [vector]));
    if (known.length === vectors.length) return known.flat();
    return {
      value: this.step(
        "Concat",
        vectors.map((vector) => this.integers(vector)),
        { axis: int(0) },
      ),
    };
  }

  /** `starts` and `ends` along height and width. */
  sliceInputs(value: string, starts: Integers, ends: Integers): readonly string[] {
    return [value, this.integers(starts), this.integers(ends), this.model.integers([2, 3])];
  }
}

/** More than any extent: where a slice goes to the end. */
export const toTheEnd = Number.MAX_SAFE_INTEGER;
