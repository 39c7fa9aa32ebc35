/** The largest values of windows of blocked maps, and what is put back at their places. */
import { floats, int, ints, text } from "../../../../compiler/onnx/attribute.ts";
import { elementCount, sameShape } from "../../../../compiler/tensors/value.ts";
import { BlockedMap } from "../blocked-map.ts";
import type { Maxima } from "../lowered.ts";
import { type Lowering, operandAt, resultAt } from "../lowered.ts";
import * as moving from "../lowering/moving.ts";
import * as publicly from "../lowering/windows.ts";
import { blockedDomain, type OnnxGraph, type OnnxValue } from "../onnx-graph.ts";
import { blockedOperand, blockedResult } from "./operands.ts";

type Pair = readonly [number, number];

/** The kernels give no places: of windows side by side they are found by comparing, when something asks; of others publicly. */
export function windowMax(block: number): Lowering<"window_max"> {
  return (call) => {
    const { graph, attributes, results, read } = call;
    const { kernel, stride, dilation, before, after } = attributes;
    const map = operandAt(call.operands, 0).parts.blocked;
    const axes = [0, 1] as const;
    const sideBySide = axes.every((axis) => kernel[axis] === stride[axis] && dilation[axis] === 1);
    const whole = axes.every(
      (axis) => before[axis] + after[axis] === 0 && (map?.shape[2 + axis] ?? 1) % kernel[axis] === 0,
    );
    const padded = axes.every((axis) => Math.max(before[axis], after[axis]) < kernel[axis]);
    if (map?.isFilled !== true || !padded || (read[1] !== false && !(sideBySide && whole)))
      return publicly.windowMax(call);
    const values = graph.apply(
      "MaxPool",
      [map.values()],
      resultAt(results).shape,
      {
        kernel_shape: ints(kernel),
        strides: ints(stride),
        dilations: ints(dilation),
        pads: ints([...before, ...after]),
      },
      "float32",
      blockedDomain,
    );
    const maxima = BlockedMap.of(graph, block, values);
    const places = () => {
      const [, found] = publicly.windowMax(call);
      if (found === undefined || typeof found.value === "function") throw new Error("a pool has places");
      return found.value;
    };
    return [
      ...blockedResult(maxima),
      read[1] === false ? undefined : { value: places, maximaOf: { map, maxima, kernel } },
    ];
  };
}

export function scatter(block: number): Lowering<"scatter"> {
  return (call) => {
    const { graph, attributes } = call;
    const [values, places] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
    const { maximaOf } = places.parts;
    if (maximaOf === undefined || !attributes.distinct || !sameShape(attributes.shape, maximaOf.map.shape))
      return moving.scatter(call);
    const wins = firstMaximaOf(graph, maximaOf, block);
    const spread = upsampled(graph, blockedOperand(graph, values, block).values(), maximaOf.kernel);
    return blockedResult(BlockedMap.of(graph, block, graph.apply("Mul", [wins, spread], attributes.shape)));
  };
}

/** The values at the indices of the maxima: the sum over each window of what is left there. */
export function gather(block: number): Lowering<"gather"> {
  return (call) => {
    const { graph } = call;
    const [x, places] = [operandAt(call.operands, 0), operandAt(call.operands, 1)];
    const { maximaOf } = places.parts;
    if (maximaOf === undefined || !sameShape(x.type.shape, maximaOf.map.shape)) return moving.gather(call);
    const wins = firstMaximaOf(graph, maximaOf, block);
    const left = graph.apply("Mul", [wins, blockedOperand(graph, x, block).values()], x.type.shape);
    const { kernel } = maximaOf;
    const channels = maximaOf.map.shape[1];
    const ones = graph.floats(new Float32Array(channels * kernel[0] * kernel[1]).fill(1), [
      channels,
      1,
      ...kernel,
    ]);
    const sums = graph.apply(
      "Conv",
      [left, ones],
      resultAt(call.results).shape,
      { kernel_shape: ints(kernel), strides: ints(kernel), group: int(channels) },
      "float32",
      blockedDomain,
    );
    return blockedResult(BlockedMap.of(graph, block, sums));
  };
}

function firstMaximaOf(graph: OnnxGraph, maxima: Maxima, block: number): OnnxValue {
  const { map, kernel } = maxima;
  return graph.once(`first maxima ${map.values().name} ${kernel.join()}`, () =>
    firstMaxima(graph, maxima, block),
  );
}

/** 1 at the first maximum of each window, else 0. Maxima get numbers that fall along the window; the largest of them wins. */
function firstMaxima(graph: OnnxGraph, { map, maxima, kernel }: Maxima, block: number): OnnxValue {
  const { shape } = map;
  const [, , , width] = shape;
  const largest = below(graph, map.values(), upsampled(graph, maxima.values(), kernel), -3e38);
  const line = kernel[0] * width * block;
  const numbers = Float32Array.from({ length: line }, (_, i) => {
    const position = Math.floor(i / block);
    const [row, column] = [Math.floor(position / width), position % kernel[1]];
    return kernel[0] * kernel[1] - row * kernel[1] - column;
  });
  const flat = graph.reshape(largest, [elementCount(shape) / line, line]);
  const pattern = graph.once(`falling ${shape.join()} ${kernel.join()}`, () =>
    graph.floats(numbers, [1, line]),
  );
  const numbered = graph.reshape(graph.apply("Mul", [flat, pattern], flat.shape), shape);
  const top = graph.apply(
    "MaxPool",
    [numbered],
    maxima.shape,
    { kernel_shape: ints(kernel), strides: ints(kernel) },
    "float32",
    blockedDomain,
  );
  return below(graph, numbered, upsampled(graph, top, kernel), -1);
}

/** 1 where a value is its bound, falling by the slope to 0 where it is less; in one pass, in the bounds' place. */
function below(graph: OnnxGraph, x: OnnxValue, bounds: OnnxValue, slope: number): OnnxValue {
  const channels = x.shape[1] ?? 1;
  const minus = graph.floats(new Float32Array(channels).fill(-1), [channels, 1, 1, 1]);
  return graph.apply(
    "Conv",
    [x, minus, undefined, bounds],
    x.shape,
    {
      kernel_shape: ints([1, 1]),
      group: int(channels),
      activation: text("HardSigmoid"),
      activation_params: floats([slope, 1]),
    },
    "float32",
    blockedDomain,
  );
}

/** Each value repeated over its window. */
function upsampled(graph: OnnxGraph, x: OnnxValue, [down, across]: Pair): OnnxValue {
  const [batch = 1, channels = 1, rows = 1, columns = 1] = x.shape;
  const attributes = { scales: ints([1, 1, down, across]), mode: text("nearest") };
  return graph.apply(
    "Upsample",
    [x],
    [batch, channels, rows * down, columns * across],
    attributes,
    "float32",
    blockedDomain,
  );
}
