/** A graph's weights as variables, in the engine's layout inside and the graph's layout outside. */
import type * as tensorflow from "@tensorflow/tfjs";
import type { Graph, GraphNode } from "../../../compiler/network/graph.ts";
import type { WeightArray } from "../../arrays.ts";
import { type GraphWeight, weightsOf } from "../../weights/weight-name.ts";
import { WeightMismatch } from "../engine.ts";
import { engineShape, fromEngineLayout, toEngineLayout } from "./layout.ts";
import type { Tensor, TensorFlow } from "./lowering.ts";

export interface StoredWeight extends GraphWeight {
  readonly variable: tensorflow.Variable;
}

export class WeightStore {
  readonly #tf: TensorFlow;
  readonly #weights: ReadonlyMap<string, StoredWeight>;

  /** @param values every weight of the graph, in the graph's layout; `undefined`: their memory is taken, and zero. */
  constructor(tf: TensorFlow, graph: Graph, values: ReadonlyMap<string, WeightArray> | undefined) {
    this.#tf = tf;
    this.#weights = new Map(
      weightsOf(graph).map((weight) => {
        const variable = values === undefined ? zeros(tf, weight) : variableOf(tf, weight, values);
        return [weight.name, { ...weight, variable }];
      }),
    );
  }

  /** The weights the optimiser changes. */
  get trainable(): readonly StoredWeight[] {
    return [...this.#weights.values()].filter((weight) => weight.specification.trainable);
  }

  of(node: GraphNode, name: string): tensorflow.Variable {
    const weight = this.#weights.get(`${node.name}.${name}`);
    if (weight === undefined) throw new Error(`${node.name} (${node.operation}) has no weight "${name}"`);
    return weight.variable;
  }

  assign(name: string, value: Tensor): void {
    const weight = this.#weights.get(name);
    if (weight === undefined) throw new Error(`the graph has no weight "${name}"`);
    weight.variable.assign(value);
  }

  async read(): Promise<ReadonlyMap<string, WeightArray>> {
    const values = new Map<string, WeightArray>();
    for (const [name, weight] of this.#weights) {
      values.set(name, await arrayOf(weight, weight.variable));
    }
    return values;
  }

  /** @throws WeightMismatch when a name is unknown or a shape differs; nothing is changed then. */
  write(values: ReadonlyMap<string, WeightArray>): void {
    const known = [...values].map(([name, value]) => {
      const weight = this.#weights.get(name);
      if (weight === undefined) throw new WeightMismatch(`the network has no weight "${name}"`);
      checkShape(name, value, weight.specification.shape);
      return [weight, value] as const;
    });
    for (const [weight, value] of known) {
      tensorOf(this.#tf, weight, value, (tensor) => weight.variable.assign(tensor));
    }
  }

  dispose(): void {
    for (const { variable } of this.#weights.values()) variable.dispose();
  }
}

function variableOf(
  tf: TensorFlow,
  weight: GraphWeight,
  values: ReadonlyMap<string, WeightArray>,
): tensorflow.Variable {
  const value = values.get(weight.name);
  if (value === undefined) throw new Error(`no value for weight ${weight.name}`);
  return tensorOf(tf, weight, value, (tensor) => tf.variable(tensor, weight.specification.trainable));
}

function zeros(tf: TensorFlow, { specification }: GraphWeight): tensorflow.Variable {
  const { name, shape, trainable } = specification;
  const tensor = tf.fill([...engineShape(name, shape)], 0);
  const variable = tf.variable(tensor, trainable);
  tensor.dispose(); // the variable holds the memory now
  return variable;
}

/** @throws WeightMismatch */
export function checkShape(name: string, value: WeightArray, shape: readonly number[]): void {
  const fits = value.shape.length === shape.length && value.shape.every((extent, i) => extent === shape[i]);
  if (!fits) {
    throw new WeightMismatch(
      `"${name}" has shape [${value.shape.join(", ")}], and the network needs [${shape.join(", ")}]`,
    );
  }
}

/** Hands the values over as a tensor in engine layout, and disposes of it afterwards. The array is copied. */
export function tensorOf<T>(
  tf: TensorFlow,
  { specification }: GraphWeight,
  value: WeightArray,
  use: (tensor: Tensor) => T,
): T {
  const { shape, data } = toEngineLayout(specification.name, value);
  // The cpu backend keeps the array it is given, so it gets one of its own.
  const tensor = tf.tensor(data === value.data ? data.slice() : data, [...shape], "float32");
  try {
    return use(tensor);
  } finally {
    tensor.dispose();
  }
}

/** The values of a tensor that has a weight's shape in engine layout. */
export async function arrayOf({ specification }: GraphWeight, tensor: Tensor): Promise<WeightArray> {
  // A copy: the cpu backend gives out its own array. `Float32Array.from` would copy through an iterator, 50 times as slowly.
  const data = new Float32Array(await tensor.data());
  return fromEngineLayout(specification.name, { shape: tensor.shape, data });
}
