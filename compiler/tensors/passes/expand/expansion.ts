/** What an expansion is: one node of the graph as steps of a program. */
import type { NodeOf } from "../../../network/graph.ts";
import type { OperationName } from "../../../ops/attributes.ts";
import type { MapShape } from "../../../ops/operation.ts";
import type { Calls } from "../../primitives/calls.ts";
import type { TensorType, Value } from "../../value.ts";

/** What an expansion may ask for beyond its node. Made for one node. */
export interface ExpansionContext {
  readonly build: Calls;
  /** The feature maps of its inputs, in the node's order: [batch, channels, height, width]. */
  readonly inputs: readonly Value[];
  /** The shape of its output. */
  readonly output: MapShape;
  readonly batch: number;
  /** Batch statistics in place of running ones. */
  readonly training: boolean;
  /** Dropout masks in place of the identity. */
  readonly dropout: boolean;
  /** A weight of this node by the name in its WeightSpecification; a running statistic as it is so far in this pass. */
  readonly weight: (name: string) => Value;
  /** The new value of a running statistic. */
  readonly setStatistic: (name: string, value: Value) => void;
  /** The network's input of this node. */
  readonly input: () => Value;
  /** What the host draws or computes for this node, by a name of its own. */
  readonly feed: (kind: "mask" | "table", name: string, type: TensorType) => Value;
  /** Notes where the maxima of a maxpool were: flat in its whole input. */
  readonly keepPlaces: (places: Value) => void;
  /** Of the maxpool that an unpool undoes. */
  readonly places: () => Value;
}

export type Expansion<O extends OperationName> = (
  node: Pick<NodeOf<O>, "name" | "attributes">,
  context: ExpansionContext,
) => Value;

/** The input of a node that has one. A missing one is a mistake in the graph, which the verifier would have found. */
export function only(context: Pick<ExpansionContext, "inputs">): Value {
  return inputAt(context, 0);
}

export function inputAt({ inputs }: Pick<ExpansionContext, "inputs">, place: number): Value {
  const input = inputs[place];
  if (input === undefined) throw new Error(`a node lacks its input ${place}`);
  return input;
}

/** One number for each channel, [channels], beside a feature map: [1, channels, 1, 1]. */
export function perChannel(build: Calls, vector: Value): Value {
  return build.reshape(vector, [1, vector.shape[0] ?? 1, 1, 1]);
}
