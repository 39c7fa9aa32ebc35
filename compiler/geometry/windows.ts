/** Grid steps of sliding windows: convolution and pooling, and their transpose. */
import { ceilDivide, floorDivide, gcd, modulo } from "../sizes/integers.ts";
import type { GridStep } from "./grid-step.ts";
import { rational } from "./rational.ts";

/**
 * Output position o takes `kernel` positions, `dilation` apart, from position o·stride − before on.
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
 * The transpose: input position j gives to output positions j·stride − before + t·dilation for t in 0 … kernel − 1.
 * Its centre is the inverse of the window's. A kernel smaller than the stride leaves positions that receive nothing, and so does
 * a dilation that shares a factor with it.
 */
export function transposedWindowStep(kernel: number, stride: number, before: number, dilation = 1): GridStep {
  const reach = (kernel - 1) * dilation;
  const spacing = dilation / gcd(stride, dilation);
  return {
    scale: rational(1, stride),
    shift: rational(2 * before - reach, 2 * stride),
    outputPeriod: stride,
    inputPeriod: 1,
    takes: (cell) => {
      const last = floorDivide(cell + before, stride);
      const least = ceilDivide(cell + before - reach, stride);
      // Of the windows from the least on, those that have a tap at the position: every `spacing`th, or none.
      const candidates = Array.from({ length: spacing }, (_, turn) => least + turn);
      const first = candidates.find((window) => modulo(cell + before - window * stride, dilation) === 0);
      if (first === undefined || first > last) return { first: least, count: 0, spacing };
      return { first, count: Math.floor((last - first) / spacing) + 1, spacing };
    },
  };
}
