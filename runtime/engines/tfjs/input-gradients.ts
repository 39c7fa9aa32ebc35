/** Gradients of a weighted sum of a feature map's values with respect to every pixel of the inputs. */

import type { Graph } from "../../../compiler/network/graph.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import type { MapBatch } from "../../arrays.ts";
import type { KeptTensors } from "./forward-pass.ts";
import type { Tensor4D, TensorFlow } from "./lowering.ts";
import { releaseAsWalked } from "./tape-release.ts";

/** By node. */
type Maps = ReadonlyMap<number, Tensor4D>;

/**
 * Gradients of Σ weight·value by input node, of the inputs' shapes; zero for an input the feature map does not depend on. They end
 * with `kept`.
 *
 * @param weights of the feature map's shape.
 * @param feed the inputs as tensors. @param forward the feature map from them; called on the tape.
 */
export function inputGradients(
  tf: TensorFlow,
  weights: MapBatch,
  kept: KeptTensors,
  feed: () => Maps,
  forward: (inputs: Maps) => Tensor4D,
): Maps {
  const gradients = new Map<number, Tensor4D>();
  tf.tidy(() => {
    const inputs = feed();
    const given = [...inputs.values()];
    const map = (): Tensor4D => {
      const found = forward(inputs);
      releaseAsWalked(tf);
      return found;
    };
    const upstream = tf.tensor4d(weights.data, [...weights.shape]);
    // The tape would refuse an input that nothing depends on; its gradient is zero.
    const { grads } = tf.engine().gradients(map, given, upstream, true);
    for (const [place, [node, input]] of [...inputs].entries()) {
      const found = grads[place] as Tensor4D | null | undefined; // the types leave out that there may be none
      const gradient = tf.keep(found ?? tf.zerosLike(input));
      kept.keep(gradient);
      gradients.set(node, gradient);
    }
  });
  return gradients;
}

export async function readByInput(graph: Graph, maps: Maps): Promise<ReadonlyMap<string, MapBatch>> {
  const read = new Map<string, MapBatch>();
  for (const [id, map] of maps) {
    const node = graph.nodes[id];
    if (node === undefined || !isInput(node)) throw new Error(`node ${id} of ${graph.name} is no input`);
    read.set(node.attributes.name, { data: Float32Array.from(await map.data()), shape: map.shape });
  }
  return read;
}
