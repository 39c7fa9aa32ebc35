/** The size rules of operations along one axis: output positions from input positions. */
import { ceilDivide, floorDivide, modulo } from "../sizes/integers.ts";
import type { SizeStep } from "../sizes/size-function.ts";
import type { Margins } from "./operation.ts";

/**
 * Windows of `reach` positions (a dilated kernel's k′), `stride` apart, that fit into the padded feature map:
 * ⌊(n + before + after − reach) / stride⌋ + 1.
 */
export function windowSize(reach: number, stride: number, { before, after }: Margins): SizeStep {
  return {
    value: (cells) => orNone(floorDivide(cells + before + after - reach, stride) + 1),
    divisor: stride,
    rise: 1,
    from: Math.max(0, reach - before - after),
  };
}

/**
 * Ceil mode with Caffe's rule: ⌈(n + before + after − kernel) / stride⌉ + 1 windows, without the last one when it would
 * start after the feature map's last position (BVLC Caffe, PoolingLayer::Reshape). Padding is smaller than the kernel.
 */
export function ceilWindowSize(kernel: number, stride: number, { before, after }: Margins): SizeStep {
  return {
    value: (cells) => {
      const windows = ceilDivide(cells + before + after - kernel, stride) + 1;
      return orNone((windows - 1) * stride >= cells + before ? windows - 1 : windows);
    },
    divisor: stride,
    rise: 1,
    from: Math.max(0, kernel - before - after),
  };
}

/**
 * The windows of `step` where each contains a position of the feature map. The first position of one that starts before it is
 * up to dilation − 1 positions inside the border, where a small feature map may have ended. Padding is smaller than the window's
 * reach.
 */
export function filledWindows(
  step: SizeStep,
  stride: number,
  dilation: number,
  { before }: Margins,
): SizeStep {
  const windowsBefore = dilation === 1 ? 0 : ceilDivide(before, stride);
  const firstCells = Array.from({ length: windowsBefore }, (_, w) => modulo(w * stride - before, dilation));
  return {
    ...step,
    value: (cells) => {
      const windows = step.value(cells);
      return firstCells.slice(0, windows).every((first) => first < cells) ? windows : undefined;
    },
    from: Math.max(step.from, ...firstCells.map((first) => first + 1)),
  };
}

/** stride·(n − 1) + kernel − before − after. */
export function transposedWindowSize(kernel: number, stride: number, { before, after }: Margins): SizeStep {
  const beyond = kernel - stride - before - after;
  return {
    value: (cells) => (cells < 1 ? undefined : orNone(stride * cells + beyond)),
    divisor: 1,
    rise: stride,
    from: Math.max(1, ceilDivide(1 - beyond, stride)),
  };
}

/** n + `cells`. */
export function shiftedSize(cells: number): SizeStep {
  return { value: (given) => orNone(given + cells), divisor: 1, rise: 1, from: Math.max(0, 1 - cells) };
}

/** n · factor. */
export function multipliedSize(factor: number): SizeStep {
  return { value: (cells) => cells * factor, divisor: 1, rise: factor, from: 0 };
}

/** n / divisor where that is a whole number; otherwise none. */
export function dividedSize(divisor: number): SizeStep {
  return {
    value: (cells) => (cells % divisor === 0 ? orNone(cells / divisor) : undefined),
    divisor,
    rise: 1,
    from: divisor,
  };
}

/** Always `cells`, whatever the feature map. */
export function fixedSize(cells: number): SizeStep {
  return { value: () => cells, divisor: 1, rise: 0, from: 0 };
}

/** The feature map itself where it has at least `cells` positions; otherwise none. */
export function sizeAtLeast(cells: number): SizeStep {
  return { value: (given) => (given < cells ? undefined : given), divisor: 1, rise: 1, from: cells };
}

function orNone(cells: number): number | undefined {
  return cells < 1 ? undefined : cells;
}
