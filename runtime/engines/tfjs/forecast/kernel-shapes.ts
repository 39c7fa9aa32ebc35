/** For every kernel that lowerings, gradients, losses and optimisers run: the shape and type of what it gives. */
import type { DataType, TensorInfo } from "@tensorflow/tfjs";
import type { Windows } from "../gradients/windows.ts";
import { countOf, type Given, type KernelCall } from "./kernel-call.ts";

export type KernelShape = (call: KernelCall) => Given | readonly Given[];

const alike: KernelShape = (call) => call.input("x");
const shared: KernelShape = (call) => ({ ...call.input("x"), shares: call.input("x") });

const broadcast =
  (type?: DataType): KernelShape =>
  (call) => {
    const [a, b] = [call.input("a"), call.input("b")];
    const shape = call.tf.broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
    return { shape, dtype: type ?? a.dtype };
  };

/** @param attribute the one that names the axes */
const reduced =
  (attribute: string, type?: DataType): KernelShape =>
  (call) => {
    const x = call.input("x");
    const axes = call.tf.util.parseAxisParam(call.attribute<number | number[]>(attribute), [...x.shape]);
    const kept = call.attributeOr("keepDims", false);
    const shape = kept
      ? x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
      : x.shape.filter((_, axis) => !axes.includes(axis));
    return { shape, dtype: type ?? x.dtype };
  };

const pooled: KernelShape = (call) => {
  const info = call.tf.backend_util.computePool2DInfo(
    fourOf(call.input("x")),
    call.attribute("filterSize"),
    call.attribute("strides"),
    1,
    call.attribute("pad"),
  );
  return { shape: info.outShape, dtype: "float32" };
};

/** One output position for each window. */
const windowed =
  (source: string, type: DataType): KernelShape =>
  (call) => {
    const [batch = 0, , , channels = 0] = call.input(source).shape;
    const { count } = call.attribute<Windows>("windows");
    return { shape: [batch, ...count, channels], dtype: type };
  };

const same = (names: readonly string[], rule: KernelShape): Readonly<Record<string, KernelShape>> =>
  Object.fromEntries(names.map((name) => [name, rule]));

/** Of TensorFlow.js's kernels. */
export const kernelShapes: Readonly<Record<string, KernelShape>> = {
  ...same(
    [
      ...["Abs", "Neg", "Exp", "Expm1", "Log", "Log1p", "Sqrt", "Rsqrt", "Square", "Reciprocal", "Sign"],
      ...["Relu", "Relu6", "Elu", "LeakyRelu", "Step", "Sigmoid", "Tanh", "Softplus", "Erf", "ClipByValue"],
      ...["Reverse", "ZerosLike", "OnesLike", "Cumsum"],
    ],
    alike,
  ),
  ...same(
    ["Add", "Sub", "Multiply", "RealDiv", "Maximum", "Minimum", "Pow", "SquaredDifference"],
    broadcast(),
  ),
  ...same(
    ["Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalAnd", "LogicalOr"],
    broadcast("bool"),
  ),
  ...same(["Sum", "Mean"], reduced("axis")),
  Max: reduced("reductionIndices"),
  Min: reduced("axis"),
  ArgMax: reduced("axis", "int32"),
  LogicalNot: (call) => ({ shape: call.input("x").shape, dtype: "bool" }),
  Softmax: (call) => call.input("logits"),
  Identity: shared,
  Reshape: (call) => {
    const x = call.input("x");
    const shape = call.tf.util.inferFromImplicitShape(call.attribute("shape"), countOf(x.shape));
    return { shape, dtype: x.dtype, shares: x };
  },
  Cast: (call) => {
    const x = call.input("x");
    const dtype = call.attribute<DataType>("dtype");
    return dtype === x.dtype ? { ...x, shares: x } : { shape: x.shape, dtype };
  },
  Fill: (call) => ({ shape: call.attribute("shape"), dtype: call.attributeOr("dtype", "float32") }),
  Range: (call) => {
    const [start, stop, step] = ["start", "stop", "step"].map((name) => call.attribute<number>(name));
    const count = Math.ceil(((stop ?? 0) - (start ?? 0)) / (step ?? 1));
    return { shape: [Math.max(0, count)], dtype: call.attribute("dtype") };
  },
  Select: (call) => call.input("t"),
  OneHot: (call) => ({
    shape: [...call.input("indices").shape, call.attribute<number>("depth")],
    dtype: call.attribute("dtype"),
  }),
  Tile: (call) => {
    const { shape, dtype } = call.input("x");
    const repeats = call.attribute<readonly number[]>("reps");
    return { shape: shape.map((extent, axis) => extent * (repeats[axis] ?? 1)), dtype };
  },
  Transpose: (call) => {
    const { shape, dtype } = call.input("x");
    return { shape: call.attribute<readonly number[]>("perm").map((axis) => shape[axis] ?? 0), dtype };
  },
  PadV2: (call) => {
    const { shape, dtype } = call.input("x");
    const margins = call.attribute<readonly (readonly [number, number])[]>("paddings");
    return { shape: shape.map((extent, axis) => extent + sum(margins[axis] ?? [])), dtype };
  },
  Slice: (call) => {
    const { shape, dtype } = call.input("x");
    const begin = call.attribute<readonly number[]>("begin");
    const size = call.attribute<readonly number[]>("size");
    const extent = (axis: number) =>
      size[axis] === -1 ? (shape[axis] ?? 0) - (begin[axis] ?? 0) : (size[axis] ?? 0);
    return { shape: shape.map((_, axis) => extent(axis)), dtype };
  },
  SplitV: (call) => {
    const { shape, dtype } = call.input("x");
    const [split = 0] = call.tf.util.parseAxisParam(call.attribute<number>("axis"), [...shape]);
    const sizes = call.attribute<readonly number[]>("numOrSizeSplits");
    return sizes.map((size) => ({
      shape: shape.map((extent, axis) => (axis === split ? size : extent)),
      dtype,
    }));
  },
  Concat: (call) => {
    const [first] = call.inputs;
    if (first === undefined) throw new Error("nothing is joined");
    const [joined = 0] = call.tf.util.parseAxisParam(call.attribute<number>("axis"), [...first.shape]);
    const total = sum(call.inputs.map(({ shape }) => shape[joined] ?? 0));
    return {
      shape: first.shape.map((extent, axis) => (axis === joined ? total : extent)),
      dtype: first.dtype,
    };
  },
  BatchMatMul: (call) => {
    const [a, b] = [call.input("a").shape, call.input("b").shape];
    const rows = a.at(call.attribute("transposeA") ? -1 : -2) ?? 0;
    const columns = b.at(call.attribute("transposeB") ? -2 : -1) ?? 0;
    const outer = call.tf.broadcast_util.assertAndGetBroadcastShape(a.slice(0, -2), b.slice(0, -2));
    return { shape: [...outer, rows, columns], dtype: "float32" };
  },
  Conv2D: (call) => convolved(call, false),
  DepthwiseConv2dNative: (call) => convolved(call, true),
  Conv2DBackpropInput: (call) => ({ shape: call.attribute("inputShape"), dtype: "float32" }),
  Conv2DBackpropFilter: (call) => ({ shape: call.attribute("filterShape"), dtype: "float32" }),
  MaxPool: pooled,
  AvgPool: pooled,
};

/** The JavaScript kernel makes no new array where the type becomes a wider one. */
export const cpuKernelShapes: Readonly<Record<string, KernelShape>> = {
  Cast: (call) => {
    const x = call.input("x");
    const dtype = call.attribute<DataType>("dtype");
    const wider = !call.tf.util.hasEncodingLoss(x.dtype, dtype);
    return wider ? { shape: x.shape, dtype, shares: x } : { shape: x.shape, dtype };
  },
};

/** Of kernels of our own, on engines that have them. */
export const ownKernelShapes: Readonly<Record<string, KernelShape>> = {
  MaximumPlaces: windowed("x", "int32"),
  FetchFromPlaces: windowed("places", "float32"),
  PutToPlaces: (call) => {
    const [batch = 0, , , channels = 0] = call.input("values").shape;
    return { shape: [batch, ...call.attribute<Windows>("windows").map, channels], dtype: "float32" };
  },
  AxisMap: (call) => {
    const [batch = 0, height = 0, width = 0, channels = 0] = call.input("x").shape;
    const { rowCount } = call.attribute<{ readonly rowCount: number }>("matrix");
    const shape =
      call.attribute("axis") === 0 ? [batch, rowCount, width, channels] : [batch, height, rowCount, channels];
    return { shape, dtype: "float32" };
  },
  DepthwiseFilterGradient: (call) => ({ shape: call.attribute("filterShape"), dtype: "float32" }),
  DilatedFilterGradient: (call) => ({ shape: call.attribute("filterShape"), dtype: "float32" }),
  JoinChannels: (call) => {
    const channels = sum(call.inputs.map(({ shape }) => shape[3] ?? 0));
    return { shape: [...(call.inputs[0]?.shape.slice(0, 3) ?? []), channels], dtype: "float32" };
  },
  PartChannels: (call) => ({
    shape: [...call.input("x").shape.slice(0, 3), call.attribute<number>("count")],
    dtype: "float32",
  }),
};

function convolved(call: KernelCall, depthwise: boolean): Given {
  const { outShape } = call.tf.backend_util.computeConv2DInfo(
    fourOf(call.input("x")),
    fourOf(call.input("filter")),
    call.attribute("strides"),
    call.attribute("dilations"),
    call.attribute("pad"),
    undefined,
    depthwise,
  );
  return { shape: outShape, dtype: "float32" };
}

function fourOf({ shape }: TensorInfo): [number, number, number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = shape;
  return [a, b, c, d];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
