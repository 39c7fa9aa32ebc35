/**
 * A compiled program on an engine, with every feature map as an output. Weights are positive and the inputs are zero but for one row
 * or column, so that a position differs from what it is of zeros exactly where it depends on that row or column. Sums of positive
 * terms cannot cancel, so nothing is rounded away.
 */

import type { Graph, GraphNode } from "../../../compiler/network/graph.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import type { MapBatch, WeightArray } from "../../../runtime/arrays.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";

/** A row (axis 0) or column (axis 1) of one input that is one where all else is zero. */
export interface Impulse {
  /** The number of the input, in the order of the program. */
  readonly input: number;
  readonly axis: 0 | 1;
  readonly place: number;
}

export interface EngineMap {
  readonly height: number;
  readonly width: number;
  /** For each impulse, whether position i along its axis changes anywhere across the other axis. */
  readonly moved: readonly (readonly boolean[])[];
}

/**
 * What the engine makes of every node, in their order.
 * @param sizes of the inputs, [height, width], which the network accepts
 */
export async function runOnEngine(
  engine: Engine,
  graph: Graph,
  sizes: readonly (readonly [height: number, width: number])[],
  impulses: readonly Impulse[],
): Promise<readonly EngineMap[]> {
  const inputs = graph.nodes.filter(isInput);
  const images = new Map(
    inputs.map(({ attributes: { name, channels } }, input) => {
      const [height, width] = sizes[input] ?? [0, 0];
      const own = impulses.map((impulse) => (impulse.input === input ? impulse : undefined));
      return [name, imageOf([channels, height, width], own)];
    }),
  );
  const computed = graph.nodes.filter((node) => !isInput(node));
  const outputs = computed.map(({ name, id }) => ({ name, node: id, logits: id, activation: undefined }));
  const session = await engine.open({ ...graph, outputs }, { seed: 0 });
  try {
    await session.writeWeights(new Map(graph.nodes.flatMap(weightsOf)));
    const maps = await session.predict(images);
    return graph.nodes.map((node) => {
      const map = isInput(node) ? images.get(node.attributes.name) : maps.get(node.name);
      if (map === undefined) throw new Error(`the engine gives no ${node.name}`);
      return summary(map, impulses);
    });
  } finally {
    session.close();
  }
}

/** One image of the batch for each impulse, those of other inputs too; and one of zeros. */
function imageOf(
  [channels, height, width]: readonly [number, number, number],
  impulses: readonly (Impulse | undefined)[],
): MapBatch {
  const count = impulses.length + 1;
  const data = new Float32Array(count * height * width * channels);
  data.forEach((_, index) => {
    const cell = Math.floor(index / channels);
    const [y, x] = [Math.floor(cell / width) % height, cell % width];
    const impulse = impulses[Math.floor(cell / (width * height))];
    if (impulse !== undefined && (impulse.axis === 0 ? y : x) === impulse.place) data[index] = 1;
  });
  return { data, shape: [count, height, width, channels] };
}

/** Positive where it multiplies, and so large that sums over a window stay in the middle of what a float holds. */
function weightsOf({ name: node, weights }: GraphNode): readonly (readonly [string, WeightArray])[] {
  return weights.map(({ name, shape }) => {
    const terms = shape.slice(1).reduce((product, size) => product * size, 1);
    const zero = name === "bias" || name === "shift" || name === "running_mean";
    const value = zero ? 0 : name === "weight" ? 1 / Math.sqrt(terms) : 1;
    const count = shape.reduce((product, size) => product * size, 1);
    return [`${node}.${name}`, { shape, data: new Float32Array(count).fill(value) }];
  });
}

function summary(
  { data, shape: [, height, width, channels] }: MapBatch,
  impulses: readonly Impulse[],
): EngineMap {
  const moved = impulses.map(({ axis }, image) => {
    const cells = new Array<boolean>(axis === 0 ? height : width).fill(false);
    const count = height * width * channels;
    const [start, zeros] = [image * count, impulses.length * count];
    for (let index = 0; index < count; index += 1) {
      const cell = Math.floor(index / channels);
      if (data[start + index] !== data[zeros + index])
        cells[axis === 0 ? Math.floor(cell / width) : cell % width] = true;
    }
    return cells;
  });
  return { height, width, moved };
}
