/** Constants, and primitives that move values without computing. */
import { ints } from "../../../../compiler/onnx/attribute.ts";
import { elementCount, sameShape } from "../../../../compiler/tensors/value.ts";
import { full, type Lowering, one, operandAt, resultAt, shaped } from "../lowered.ts";

export const constant: Lowering<"constant"> = ({ graph, attributes: { shape, type, values } }) => {
  const [first = 0] = values;
  const uniform = values.every((value) => Object.is(value, first)) ? first : undefined;
  const extents = uniform === undefined ? shape : shape.map(() => 1);
  const given = uniform === undefined ? values : [uniform];
  const value =
    type === "float32" ? graph.floats(given, extents) : graph.cast(graph.integers(given, extents), type);
  return [{ value, uniform }];
};

export const stopGradient: Lowering<"stop_gradient"> = ({ operands }) => [operandAt(operands, 0).parts];

export const broadcast: Lowering<"broadcast"> = ({ graph, attributes: { shape }, operands }) => {
  const { value, uniform } = operandAt(operands, 0);
  // aligned with the last axes, so that it can be repeated later
  const missing = shape.length - value.shape.length;
  return [{ value: graph.reshape(value, [...Array<number>(missing).fill(1), ...value.shape]), uniform }];
};

export const slice: Lowering<"slice"> = (call) => {
  const {
    graph,
    attributes: { start, size },
  } = call;
  return one(graph.slice(shaped(call, 0), start, size));
};

export const pad: Lowering<"pad"> = (call) => {
  const {
    graph,
    attributes: { before, after },
  } = call;
  return one(graph.pad(full(call, 0), before, after));
};

export const concat: Lowering<"concat"> = (call) => {
  const {
    graph,
    attributes: { axis },
    operands,
  } = call;
  return one(
    graph.concat(
      operands.map((_, place) => full(call, place)),
      axis,
    ),
  );
};

export const reshape: Lowering<"reshape"> = (call) => {
  const {
    graph,
    attributes: { shape },
    operands,
  } = call;
  const { value, type, uniform } = operandAt(operands, 0);
  if (uniform !== undefined)
    return [
      {
        value: graph.reshape(
          value,
          shape.map(() => 1),
        ),
        uniform,
      },
    ];
  return one(graph.reshape(sameShape(value.shape, type.shape) ? value : shaped(call, 0), shape));
};

export const transpose: Lowering<"transpose"> = (call) => {
  const {
    graph,
    attributes: { order },
  } = call;
  return one(graph.transpose(shaped(call, 0), order));
};

export const gather: Lowering<"gather"> = (call) => {
  const { graph, results } = call;
  const [x, places] = [full(call, 0), graph.cast(shaped(call, 1), "int64")];
  const count = elementCount(places.shape);
  const flat = graph.reshape(x, [elementCount(x.shape)]);
  const taken = graph.apply("GatherElements", [flat, graph.reshape(places, [count])], [count], {}, x.element);
  return one(graph.reshape(taken, resultAt(results).shape));
};

export const scatter: Lowering<"scatter"> = (call) => {
  const {
    graph,
    attributes: { shape, distinct },
    results,
  } = call;
  const [values, places] = [full(call, 0), graph.cast(shaped(call, 1), "int64")];
  const [count, total] = [elementCount(values.shape), elementCount(shape)];
  if (distinct) {
    const [flat, at] = [graph.reshape(values, [1, 1, 1, count]), graph.reshape(places, [1, 1, 1, count])];
    const attributes = { kernel_shape: ints([1, 1]), strides: ints([1, 1]) };
    const put = graph.apply(
      "MaxUnpool",
      [flat, at, graph.integers([1, 1, 1, total])],
      [1, 1, 1, total],
      attributes,
    );
    return one(graph.reshape(put, resultAt(results).shape));
  }
  const added = graph.apply(
    "ScatterElements",
    [graph.zeros([total]), graph.reshape(places, [count]), graph.reshape(values, [count])],
    [total],
    { axis: { int: 0 }, reduction: { text: "add" } },
  );
  return one(graph.reshape(added, resultAt(results).shape));
};
