/** Every primitive by kernels of TensorFlow.js and of our own. */
import type { PrimitiveName } from "../../../../compiler/tensors/primitives/attributes.ts";
import type { PointwiseName } from "../pointwise/functions.ts";
import { argmax, axisMap, cumulativeSum, matmul } from "./along-axes.ts";
import { conv, convFilterGradient, convInputGradient } from "./convolution.ts";
import type { PrimitiveKernels } from "./kernel-call.ts";
import { lattice } from "./lattice.ts";
import { concat, pad, slice } from "./moving.ts";
import { gather, scatter, windowMax } from "./windows.ts";

/** In loops (pointwise/functions.ts, and sums and maxima of what they compute). */
type Looped = PointwiseName | "sum" | "max";

/** As the first ones are (compile/plain-steps.ts). */
type Parted = "mean" | "moments" | "one_hot";

/** Not computed: another name for a value, or for its type. */
type Renamed = "constant" | "stop_gradient" | "reshape" | "transpose";

type Tabled = Exclude<PrimitiveName, Looped | Parted | Renamed>;

export const primitiveKernels: { readonly [P in Tabled]: PrimitiveKernels<P> | "host" } = {
  conv,
  conv_input_gradient: convInputGradient,
  conv_filter_gradient: convFilterGradient,
  matmul,
  window_max: windowMax,
  gather,
  scatter,
  axis_map: axisMap,
  slice,
  pad,
  concat,
  argmax,
  cumulative_sum: cumulativeSum,
  /** Where tensors are arrays; elsewhere the host computes it, as `sort`: by its float64 evaluation. */
  lattice,
  sort: "host",
};
