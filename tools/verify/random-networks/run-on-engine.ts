/**
 * A compiled program on an engine, with every feature map as an output. Weights are positive and the image is zero but for one row or
 * column, so that a position is above zero exactly where it depends on that row or column. Sums of positive terms cannot cancel, so
 * nothing is rounded away.
 */

import type { Graph, GraphNode } from "../../../compiler/network/graph.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import type { MapBatch, WeightArray } from "../../../runtime/arrays.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";

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

/**
 * What the engine makes of every node, in their order.
 * @param size of the only input, [height, width], which the network accepts
 */
export async function runOnEngine(
  engine: Engine,
  graph: Graph,
  [height, width]: readonly [height: number, width: number],
  impulses: readonly Impulse[],
): Promise<readonly EngineMap[]> {
  const input = graph.nodes.find(isInput);
  if (input === undefined) throw new Error(`${graph.name} has no input`);
  const image = imageOf([input.attributes.channels, height, width], impulses);
  const computed = graph.nodes.filter((node) => !isInput(node));
  const outputs = computed.map(({ name, id }) => ({ name, node: id, logits: id, activation: undefined }));
  const session = await engine.open({ ...graph, outputs }, { seed: 0 });
  try {
    await session.writeWeights(new Map(graph.nodes.flatMap(weightsOf)));
    const maps = await session.predict(new Map([[input.attributes.name, image]]));
    return graph.nodes.map((node) => {
      const map = isInput(node) ? image : maps.get(node.name);
      if (map === undefined) throw new Error(`the engine gives no ${node.name}`);
      return summary(map, impulses);
    });
  } finally {
    session.close();
  }
}

/** One image of the batch for each impulse. */
function imageOf(
  [channels, height, width]: readonly [number, number, number],
  impulses: readonly Impulse[],
): MapBatch {
  const data = new Float32Array(impulses.length * height * width * channels);
  data.forEach((_, index) => {
    const cell = Math.floor(index / channels);
    const [y, x] = [Math.floor(cell / width) % height, cell % width];
    const impulse = impulses[Math.floor(cell / (width * height))];
    if (impulse !== undefined && (impulse.axis === 0 ? y : x) === impulse.place) data[index] = 1;
  });
  return { data, shape: [impulses.length, height, width, channels] };
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
    const start = image * height * width * channels;
    for (let index = 0; index < height * width * channels; index += 1) {
      const cell = Math.floor(index / channels);
      if ((data[start + index] ?? 0) > 0) cells[axis === 0 ? Math.floor(cell / width) : cell % width] = true;
    }
    return cells;
  });
  return { height, width, moved };
}
