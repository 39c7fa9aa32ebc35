/** Grid steps of sliding windows: convolution and pooling, and their transpose. */
import { ceilDivide, floorDivide } from "../sizes/integers.ts";
import type { GridStep } from "./grid-step.ts";
import { rational } from "./rational.ts";

/**
 * Output cell o takes `kernel` cells, `dilation` apart, from cell o·stride − before on.
 * Centre: (stride, (k′ − 1)/2 − before) with k′ = (kernel − 1)·dilation + 1 (Araujo, Norris & Sim 2019, section 3).
 */
export function windowStep(kernel: number, stride: number, dilation: number, before: number): GridStep {
  return {
    scale: rational(stride),
    shift: rational((kernel - 1) * dilation - 2 * before, 2),
    outputPeriod: 1,
    inputPeriod: stride,
    takes: (cell) => ({ first: cell * stride - before, count: kernel, spacing: dilation }),
  };
}

/**
 * The transpose: input cell j gives to output cells j·stride − before + t for t in 0 … kernel − 1.
 * Its centre is the inverse of the window's. A kernel smaller than the stride leaves cells that take from none.
 */
export function transposedWindowStep(kernel: number, stride: number, before: number): GridStep {
  return {
    scale: rational(1, stride),
    shift: rational(2 * before - (kernel - 1), 2 * stride),
    outputPeriod: stride,
    inputPeriod: 1,
    takes: (cell) => {
      const first = ceilDivide(cell + before - kernel + 1, stride);
      const last = floorDivide(cell + before, stride);
      return { first, count: Math.max(0, last - first + 1), spacing: 1 };
    },
  };
}
