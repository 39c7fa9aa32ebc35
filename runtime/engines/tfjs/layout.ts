/**
 * Weights between the graph's layout (compiler/ops/operation.ts) and the engine's.
 *
 * Engine layout of conv: [kernel height, kernel width, input channels / groups, output channels];
 * of dense: [height, width, input channels, output channels];
 * of transposed_conv: [kernel height, kernel width, output channels / groups, input channels]; the others as they are.
 */
import type { WeightArray } from "../../arrays.ts";

/** For each axis of the engine's layout, the axis of the graph's layout it comes from; `undefined`: the same layout. */
function engineAxes(weight: string): readonly number[] | undefined {
  return weight === "weight" ? [2, 3, 1, 0] : undefined;
}

/** @param weight the name in the WeightSpecification, e.g. "weight", "bias". */
export function toEngineLayout(weight: string, array: WeightArray): WeightArray {
  const axes = engineAxes(weight);
  return axes === undefined ? array : permuted(array, axes);
}

export function fromEngineLayout(weight: string, array: WeightArray): WeightArray {
  const axes = engineAxes(weight);
  if (axes === undefined) return array;
  return permuted(
    array,
    axes.map((_, axis) => axes.indexOf(axis)),
  );
}

/** The shape a weight has in the engine, from its shape in the graph. */
export function engineShape(weight: string, shape: readonly number[]): readonly number[] {
  const axes = engineAxes(weight);
  return axes === undefined ? shape : axes.map((axis) => shape[axis] ?? 0);
}

/** Axis i of the result is axis `axes[i]` of the array. */
function permuted(array: WeightArray, axes: readonly number[]): WeightArray {
  const shape = axes.map((axis) => array.shape[axis] ?? 0);
  const sourceStrides = array.shape.map((_, axis) => array.shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const strides = axes.map((axis) => sourceStrides[axis] ?? 0);
  const data = new Float32Array(array.data.length);
  const place = shape.map(() => 0);
  let source = 0;
  for (let target = 0; target < data.length; target++) {
    data[target] = array.data[source] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (place[axis] ?? 0) + 1;
      source += strides[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        place[axis] = next;
        break;
      }
      source -= (strides[axis] ?? 0) * next;
      place[axis] = 0;
    }
  }
  return { shape, data };
}
