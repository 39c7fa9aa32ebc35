/** Two feature maps correlated with each other by ONNX Runtime's blocked kernels, summed over batch and positions. */
import { int } from "../../../../compiler/onnx/attribute.ts";
import type { BlockedMap } from "../blocked-map.ts";
import type { MapExtents } from "../blocked-sums.ts";
import { filled } from "../filled.ts";
import type { OnnxGraph, OnnxValue } from "../onnx-graph.ts";
import { convolve, type Geometry, type Pair, pair } from "./convolve.ts";

/** What the taps meet. */
export interface Met {
  /** [batch, channels / beside, height, width, beside] */
  readonly values: OnnxValue;
  readonly shape: MapExtents;
  /** How many channels lie beside each other: a block, or 1. */
  readonly beside: number;
  /** Rows and columns of zeros before it; a negative number crops. Behind it are as many as the kernel reaches. */
  readonly before: Pair;
}

export interface Taps {
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly kernel: Pair;
}

/** Of rows that the second level of a processor's memory holds. */
const tileBytes = 2 ** 19;

/** Blocks of a filter's outputs that the kernels walk over the map with. */
const filtersAtOnce = 4;

/**
 * For every tap, sums over batch and positions of met[n, a, y · stride + i · dilation, …] · blocked[n, b, y, …]: a convolution whose
 * filter is the blocked map as it lies, in tiles of rows that are added up. Channels that lie beside each other are columns to it: it
 * steps over them along the map, and its results lie beside each other as they do.
 * [a / beside, b / block, taps, beside, block]
 */
export function correlate(
  graph: OnnxGraph,
  met: Met,
  blocked: BlockedMap,
  { stride, dilation, kernel }: Taps,
  block: number,
): OnnxValue {
  const [batch, own, height, width] = blocked.shape;
  const { shape, beside, before } = met;
  const many = filled(own, block);
  const each = shape[1] / beside;
  const values = blocked.values();
  const geometry: Geometry = {
    stride: [dilation[0], beside === 1 ? dilation[1] : 1],
    dilation: [stride[0], stride[1] * beside],
  };
  const reach = (axis: 0 | 1, count: number) =>
    (count - 1) * stride[axis] + 1 + (kernel[axis] - 1) * dilation[axis];
  const result = [each, many, kernel[0], kernel[1] * beside];
  if (batch > 1 && batch < block && batch * many * height * width * 4 <= 2 * tileBytes) {
    const flat = graph.reshape(met.values, [batch, each, shape[2], shape[3] * beside]);
    const excess = pair(
      (axis) => reach(axis, axis === 0 ? height : width) - shape[(2 + axis) as 2 | 3] - before[axis],
    );
    const around = graph.pad(
      graph.transpose(flat, [1, 0, 2, 3]),
      [0, 0, before[0], before[1] * beside],
      [0, 0, excess[0], excess[1] * beside],
    );
    const filter = graph.transpose(
      graph.reshape(values, [batch, many / block, height * width * block]),
      [1, 0, 2],
    );
    return convolve(graph, around, graph.reshape(filter, [many, batch, height, width]), result, geometry);
  }
  // one block of channels: images beside each other are groups, for all threads
  const together = each === 1 ? ([4, 3, 2].find((images) => batch % images === 0) ?? 1) : 1;
  const held = Math.min(many, filtersAtOnce * block) * height * width * 4;
  const tiles = Math.min(height, Math.ceil(held / tileBytes));
  const most = Math.ceil(height / tiles);
  // images beside each other are channels of one map
  const images = each === 1 ? [1, batch] : [batch * each, 1];
  const source = graph.reshape(met.values, [...images, shape[2], shape[3] * beside]);
  const crop = (count: number) => (each === 1 ? [0, -count] : [-count * each, 0]);
  const ends = (axis: 0 | 1, from: number, count: number): readonly [number, number] => {
    const start = from * stride[axis] - before[axis];
    return [-start, start + reach(axis, count) - shape[(2 + axis) as 2 | 3]];
  };
  let total: OnnxValue | undefined;
  for (let image = 0; image < batch; image += together) {
    for (let row = 0; row < height; row += most) {
      const rows = Math.min(most, height - row);
      const [down, across] = [ends(0, row, rows), ends(1, 0, width)];
      const after = batch - image - together;
      if (down.some((count) => count >= reach(0, rows))) continue; // zeros alone
      const around = graph.pad(
        source,
        [...crop(image), down[0], across[0] * beside],
        [...crop(after), down[1], across[1] * beside],
      );
      const tile = filterTile(graph, blocked, { image, together, row, rows }, block);
      total = convolve(
        graph,
        graph.reshape(around, [each, together, reach(0, rows), reach(1, width) * beside]),
        tile,
        [each, together * many, ...result.slice(2)],
        { ...geometry, groups: together },
        { sum: total },
      );
    }
  }
  if (total === undefined) return graph.zeros(result);
  if (together === 1) return total;
  const parts = graph.reshape(total, [together, many * (result[2] ?? 1) * (result[3] ?? 1)]);
  return graph.apply("ReduceSum", [parts, graph.integers([0])], [parts.shape[1] ?? 1], { keepdims: int(0) });
}

interface Tile {
  readonly image: number;
  /** Images. */
  readonly together: number;
  readonly row: number;
  readonly rows: number;
}

/** Rows of a blocked map as a filter: [together · channels, 1, rows, width], in the order that they lie in. */
function filterTile(
  graph: OnnxGraph,
  map: BlockedMap,
  { image, together, row, rows }: Tile,
  block: number,
): OnnxValue {
  const [batch, own, height, width] = map.shape;
  const blocks = filled(own, block) / block;
  const shape = [together * blocks * block, 1, rows, width];
  if (height % rows !== 0 || row % rows !== 0) {
    const lines = graph.reshape(map.values(), [batch * blocks, height, width * block]);
    const found = graph.lines(lines, [image * blocks, row], [together * blocks, rows]);
    return graph.reshape(found, shape);
  }
  // of equal tiles each is as many filters as a block has channels, one behind the other
  const tiles = height / rows;
  const filters = graph.reshape(map.values(), [batch * blocks * tiles * block, 1, rows, width]);
  if (tiles === 1 && together === batch) return filters;
  const places = Array.from(
    { length: together * blocks * block },
    (_, i) => ((image * blocks + Math.floor(i / block)) * tiles + row / rows) * block + (i % block),
  );
  return graph.apply("Gather", [filters, graph.integers(places)], shape, { axis: int(0) });
}
