/**
 * A compiled program on a real engine's lowerings, without the session's size check: shapes and crops come from running by
 * the definitions, weights are positive and the image is zero but for one row or column, so that a position is above zero exactly
 * where it depends on that row or column. Sums of positive terms cannot cancel, so nothing is rounded away.
 */

import type { Graph, GraphNode } from "../../../compiler/network/graph.ts";
import { inputsWith } from "../../../compiler/network/node-inputs.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import type { MapShape } from "../../../compiler/ops/operation.ts";
import { type Backend, onBackend } from "../../../runtime/engines/tfjs/backend.ts";
import { engineShape } from "../../../runtime/engines/tfjs/layout.ts";
import type {
  Lowering,
  LoweringContext,
  PoolMaxima,
  Tensor,
  Tensor4D,
} from "../../../runtime/engines/tfjs/lowering.ts";
import { lowerings } from "../../../runtime/engines/tfjs/lowerings/lowerings.ts";

/** A row (axis 0) or column (axis 1) of the image that is one where all else is zero. */
export interface Impulse {
  readonly axis: 0 | 1;
  readonly place: number;
}

export interface EngineMap {
  readonly height: number;
  readonly width: number;
  /** For each impulse, whether position i along its axis is above zero anywhere across the other axis. */
  readonly moved: readonly (readonly boolean[])[];
}

export interface EngineRun {
  /** What the engine makes of the nodes whose shapes are given, in their order. */
  readonly maps: readonly EngineMap[];
  /** For the next node, which has no feature map: the engine's result nevertheless; `undefined` where it throws. */
  readonly beyond: EngineMap | undefined;
}

/** `shapes`: by node, of all nodes or of those before the first feature map that does not exist. */
export function runOnEngine(
  backend: Backend,
  graph: Graph,
  shapes: readonly MapShape[],
  impulses: readonly Impulse[],
): Promise<EngineRun> {
  return onBackend(backend, async () => {
    const { tf } = backend;
    const tensors: Tensor4D[] = [];
    const maxima = new Map<number, PoolMaxima>();
    const unpooled = new Set(graph.nodes.flatMap((node) => inputsWith(node, "indices")));
    try {
      const make = (node: GraphNode, shape: MapShape): Tensor4D => {
        const { id } = node;
        const inputs = isInput(node) ? [image(backend, shape, impulses)] : inputsOf(node, tensors);
        const context: LoweringContext = {
          tf,
          training: false,
          output: shape,
          inputs: node.inputs.map((input) => shapes[input] ?? nothing),
          weight: (name) => weightOf(backend, node, name),
          keepMaxima: unpooled.has(id)
            ? (found) => {
                tf.keep(found.places);
                maxima.set(id, found);
              }
            : undefined,
          maxima: maxima.get(inputsWith(node, "indices")[0] ?? -1),
          guide: undefined,
          keep: () => {
            throw new Error(`${node.name}: no random network keeps a tensor for gradients`);
          },
          updateStatistic: () => undefined,
          seed: 0,
        };
        const made = tf.tidy(() => lower(node, inputs, context).clone());
        if (isInput(node)) for (const input of inputs) input.dispose();
        return made;
      };
      for (const node of graph.nodes.slice(0, shapes.length))
        tensors.push(make(node, shapes[node.id] ?? nothing));
      const maps: EngineMap[] = [];
      for (const tensor of tensors) maps.push(await summary(tensor, impulses));
      const next = graph.nodes[shapes.length];
      if (next === undefined) return { maps, beyond: undefined };
      let beyond: Tensor4D;
      try {
        beyond = make(next, nothing);
      } catch {
        return { maps, beyond: undefined }; // the engine's own refusal is what was asked for
      }
      tensors.push(beyond);
      return { maps, beyond: await summary(beyond, impulses) };
    } finally {
      for (const tensor of tensors) tensor.dispose();
      for (const { places } of maxima.values()) places.dispose();
    }
  });
}

const nothing: MapShape = [0, 0, 0];

function lower(node: GraphNode, inputs: readonly Tensor4D[], context: LoweringContext): Tensor4D {
  const lowering = lowerings[node.operation] as Lowering<typeof node.operation>; // the table pairs each name with its own lowering
  return (lowering as (node: GraphNode, ...rest: unknown[]) => Tensor4D)(node, inputs, context); // as above
}

function inputsOf(node: GraphNode, tensors: readonly Tensor4D[]): readonly Tensor4D[] {
  return node.inputs.map((id) => {
    const tensor = tensors[id];
    if (tensor === undefined) throw new Error(`${node.name} comes before its input`);
    return tensor;
  });
}

/** One image of the batch for each impulse. */
function image({ tf }: Backend, [channels, height, width]: MapShape, impulses: readonly Impulse[]): Tensor4D {
  const data = new Float32Array(impulses.length * height * width * channels);
  data.forEach((_, index) => {
    const cell = Math.floor(index / channels);
    const [y, x] = [Math.floor(cell / width) % height, cell % width];
    const impulse = impulses[Math.floor(cell / (width * height))];
    if (impulse !== undefined && (impulse.axis === 0 ? y : x) === impulse.place) data[index] = 1;
  });
  return tf.tensor4d(data, [impulses.length, height, width, channels]);
}

/** Positive where it multiplies, and so large that sums over a window stay in the middle of what a float holds. */
function weightOf({ tf }: Backend, node: GraphNode, name: string): Tensor {
  const specification = node.weights.find((weight) => weight.name === name);
  if (specification === undefined) throw new Error(`${node.name} has no weight ${name}`);
  const { shape } = specification;
  const terms = shape.slice(1).reduce((product, size) => product * size, 1);
  const zero = name === "bias" || name === "shift" || name === "running_mean";
  const value = zero ? 0 : name === "weight" ? 1 / Math.sqrt(terms) : 1;
  return tf.fill([...engineShape(name, shape)], value);
}

async function summary(tensor: Tensor4D, impulses: readonly Impulse[]): Promise<EngineMap> {
  const [, height, width, channels] = tensor.shape;
  const data = await tensor.data();
  const moved = impulses.map(({ axis }, image) => {
    const cells = new Array<boolean>(axis === 0 ? height : width).fill(false);
    const start = image * height * width * channels;
    for (let index = 0; index < height * width * channels; index += 1) {
      const cell = Math.floor(index / channels);
      if ((data[start + index] ?? 0) > 0) cells[axis === 0 ? Math.floor(cell / width) : cell % width] = true;
    }
    return cells;
  });
  return { height, width, moved };
}
