/** Transposed convolutions whose windows lie side by side and cover everything, by 1×1 convolutions of whole blocks. */

import { int } from "../../../../compiler/onnx/attribute.ts";
import type { ConvolutionAttributes } from "../../../../compiler/tensors/primitives/attributes.ts";
import { four } from "../../../../compiler/tensors/value.ts";
import { BlockedMap } from "../blocked-map.ts";
import type { Epilogue } from "../blocked-pass.ts";
import { type Lowered, type LoweredResult, type LoweringCall, operandAt, resultAt } from "../lowered.ts";
import type { OnnxValue } from "../onnx-graph.ts";
import { convolve, type Pair, scaled } from "./convolve.ts";
import { apartFilter } from "./filters.ts";
import { blockedOperand, blockedResult } from "./operands.ts";

/** Whether windows lie side by side and cover everything. */
export function sideBySide(
  { stride, dilation, before, after, groups }: ConvolutionAttributes,
  { type }: Pick<Lowered, "type">,
): boolean {
  const [, , ...kernel] = four(type.shape);
  const around = [...before, ...after].every((positions) => positions === 0);
  return (
    groups === 1 &&
    around &&
    [0, 1].every((axis) => dilation[axis] === 1 && stride[axis] === kernel[axis]) &&
    kernel[0] * kernel[1] > 1
  );
}

/** A transposed convolution whose windows lie side by side: all taps by one 1×1 convolution, whose blocks are then put apart. */
export function apart(call: LoweringCall<"conv_input_gradient">, block: number): readonly LoweredResult[] {
  const { graph, results } = call;
  const [small, weight] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
  const [batch, channels, height, width] = four(resultAt(results).shape);
  const [, , rows, columns] = four(small.type.shape);
  const [, , down, across] = four(weight.type.shape);
  const source = blockedOperand(graph, small, block).values();
  const filter = apartFilter(graph, weight, block);
  const all = [batch, down * across * channels, rows, columns];
  const put = ({ offset, factor }: Epilogue): OnnxValue => {
    const each = (vector: OnnxValue | undefined) =>
      vector &&
      graph.concat(
        Array.from({ length: down * across }, () => vector),
        0,
      );
    const filled = scaled(graph, filter, each(factor), block);
    const taps = convolve(graph, source, filled, all, {}, { offset: each(offset) });
    const places = placesApart([channels / block, height, width], [down, across]);
    const pixels = graph.reshape(taps, [batch, places.length, block]);
    // by all threads; a Transpose, which needs no places, has one
    const moved = graph.apply("Gather", [pixels, graph.integers(places)], pixels.shape, { axis: int(1) });
    return graph.reshape(moved, [batch, channels, height, width]);
  };
  const map = BlockedMap.from(graph, block, [batch, channels, height, width], {
    values: () => put({}),
    fused: (epilogue) => (epilogue.sum === undefined && epilogue.relu !== true ? put(epilogue) : undefined),
  });
  return blockedResult(map);
}

/** Where each pixel of each block comes from among those of the taps, [down, across, blocks, rows, columns]. */
function placesApart(
  [blocks, height, width]: readonly [number, number, number],
  [down, across]: Pair,
): readonly number[] {
  const places: number[] = [];
  const [rows, columns] = [height / down, width / across];
  for (let part = 0; part < blocks; part++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const tap = (y % down) * across + (x % across);
        places.push(((tap * blocks + part) * rows + Math.floor(y / down)) * columns + Math.floor(x / across));
      }
    }
  }
  return places;
}
