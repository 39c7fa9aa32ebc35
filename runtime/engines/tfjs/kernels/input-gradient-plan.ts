/** How the input gradient on WebAssembly is laid out (wasm-input-gradient.ts): one convolution, and its phases. */
import type { TensorFlow } from "../types.ts";

export interface InputGradientAttributes {
  readonly inputShape: readonly [batch: number, height: number, width: number, channels: number];
  readonly strides: number | readonly [number, number];
  readonly pad: "valid" | "same" | number | readonly (readonly [number, number])[];
}

export interface InputGradientPlan {
  readonly sy: number;
  readonly sx: number;
  /** Taps of the kernel that one phase takes. */
  readonly tapsY: number;
  readonly tapsX: number;
  /** Zeros before the input's first position. */
  readonly top: number;
  readonly left: number;
  /** Zeros around dy, [top, bottom], [left, right]. */
  readonly margins: readonly [readonly [number, number], readonly [number, number]];
  /** [taps, taps, outputs, sy · sx · inputs] */
  readonly filterShape: readonly [number, number, number, number];
  /** [batch, rows, columns, sy · sx · inputs] of the convolution. */
  readonly phasesShape: readonly [number, number, number, number];
  /** The convolution gives the result itself; else its phases are interleaved. */
  readonly direct: boolean;
}

export function inputGradientPlan(
  tf: TensorFlow,
  gradientShape: readonly number[],
  kernelShape: readonly number[],
  { inputShape, strides, pad }: InputGradientAttributes,
): InputGradientPlan {
  const [batch, height, width, channels] = inputShape;
  const [kernelHeight = 0, kernelWidth = 0, , outputs = 0] = kernelShape;
  const [, rows = 0, columns = 0] = gradientShape;
  const [sy, sx] = typeof strides === "number" ? [strides, strides] : strides;
  const { top, left } = tf.backend_util.computeConv2DInfo(
    [batch, height, width, channels],
    [kernelHeight, kernelWidth, channels, outputs],
    [sy, sx],
    1,
    pad as "valid", // the explicit form is typed as its own mutable tuple
  ).padInfo;
  const [tapsY, tapsX] = [Math.ceil(kernelHeight / sy), Math.ceil(kernelWidth / sx)];
  const exact = [
    [kernelHeight - 1 - top, height - rows + top],
    [kernelWidth - 1 - left, width - columns + left],
  ] as const;
  const direct = sy === 1 && sx === 1 && exact.flat().every((margin) => margin >= 0);
  const whole = [
    [tapsY - 1, tapsY - 1],
    [tapsX - 1, tapsX - 1],
  ] as const;
  const phases = sy * sx * channels;
  const size = direct ? ([height, width] as const) : ([rows + tapsY - 1, columns + tapsX - 1] as const);
  return {
    ...{ sy, sx, tapsY, tapsX, top, left, direct },
    margins: direct ? exact : whole,
    filterShape: [tapsY, tapsX, outputs, phases],
    phasesShape: [batch, ...size, phases],
  };
}
