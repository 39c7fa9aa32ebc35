/** Which positions of its inputs every position of a feature map is computed from, along one axis and at one size. */
import type { Cells } from "../../geometry/grid-step.ts";
import { rational } from "../../geometry/rational.ts";
import { alignedCornersStep, halfPixelStep } from "../../geometry/resample.ts";
import { transposedWindowStep, windowStep } from "../../geometry/windows.ts";
import type { NodeOf } from "../../network/graph.ts";
import type { OperationName, PoolAttributes } from "../../ops/attributes.ts";
import { heardCells } from "../../ops/crf.ts";
import { ceilDivide, floorDivide } from "../../sizes/integers.ts";

export interface AxisCells {
  readonly axis: 0 | 1;
  /** Positions of the inputs, and of the feature map. */
  readonly inputs: readonly number[];
  readonly output: number;
  /** crop_to: positions cropped before the first. */
  readonly cut: number;
}

/**
 * Of one input: the positions that a position takes, which may be outside the input; "all" of them, whatever the position; or
 * `undefined`: no value, only the size.
 */
export type Taken = ((cell: number) => Cells) | "all" | undefined;

/** For each input of the node, in order. */
type TakenBy<O extends OperationName> = (node: NodeOf<O>, cells: AxisCells) => readonly Taken[];

const itself = (cell: number): Cells => ({ first: cell, count: 1, spacing: 1 });
const cellwise = (): readonly Taken[] => [itself];
const everything = (): readonly Taken[] => ["all"];
const everyInput = ({ inputs }: { readonly inputs: readonly number[] }): readonly Taken[] =>
  inputs.map(() => itself);

const table: { readonly [O in OperationName]: TakenBy<O> } = {
  input: () => [],
  conv: ({ attributes: { kernel, stride, dilation, padding } }, { axis }) => [
    windowStep(kernel[axis], stride[axis], dilation[axis], padding[axis].before).takes,
  ],
  transposed_conv: ({ attributes: { kernel, stride, padding } }, { axis }) => [
    transposedWindowStep(kernel[axis], stride[axis], padding[axis].before).takes,
  ],
  dense: everything,
  maxpool: ({ attributes }, { axis }) => [poolTakes(attributes, axis)],
  avgpool: ({ attributes }, { axis }) => [poolTakes(attributes, axis)],
  adaptive_pool: (_, { inputs, output }) => [(cell) => bin(cell, inputs[0] ?? 0, output)],
  global_pool: everything,
  unpool: ({ attributes: { kernel, stride, dilation, padding } }, { axis }) => {
    const { takes } = transposedWindowStep(kernel[axis], stride[axis], padding[axis].before, dilation[axis]);
    return [takes, takes, undefined];
  },
  bed_of_nails: ({ attributes: { factor } }, { axis }) => [transposedWindowStep(1, factor[axis], 0).takes],
  resize: ({ attributes }, cells) => [resampleTakes(attributes, cells)],
  resize_to: ({ attributes }, cells) => [resampleTakes(attributes, cells), undefined],
  pixel_shuffle: ({ attributes: { factor } }, { axis }) => [
    halfPixelStep(rational(factor[axis]), "nearest").takes,
  ],
  pixel_unshuffle: ({ attributes: { factor } }, { axis }) => [
    windowStep(factor[axis], factor[axis], 1, 0).takes,
  ],
  batchnorm: cellwise,
  instancenorm: everything,
  groupnorm: everything,
  lrn: cellwise,
  relu: cellwise,
  relu6: cellwise,
  leaky_relu: cellwise,
  elu: cellwise,
  prelu: cellwise,
  sigmoid: cellwise,
  tanh: cellwise,
  softmax: cellwise,
  dropout: cellwise,
  crf: ({ attributes }, { axis }) => {
    const heard = heardCells(attributes, axis);
    return heard === "all" ? ["all", "all"] : [heard.scores.takes, heard.guide?.takes];
  },
  concat: everyInput,
  add: everyInput,
  multiply: everyInput,
  crop_to: (_, { cut }) => [(cell) => itself(cell + cut), undefined],
  crop: ({ attributes: { margins } }, { axis }) => [(cell) => itself(cell + margins[axis].before)],
  pad: ({ attributes: { margins, mode } }, { axis, inputs }) => {
    const last = (inputs[0] ?? 1) - 1;
    return [
      (cell) => {
        const place = cell - margins[axis].before;
        if (mode === "zeros") return itself(place);
        return itself(
          mode === "edge" ? clamp(place, last) : place < 0 ? -place : Math.min(place, 2 * last - place),
        );
      },
    ];
  },
};

export function takenCells(node: NodeOf<OperationName>, cells: AxisCells): readonly Taken[] {
  return (table[node.operation] as TakenBy<OperationName>)(node, cells); // the table pairs each name with its own rule
}

function poolTakes({ kernel, stride, dilation, padding }: PoolAttributes, axis: 0 | 1): Taken {
  return windowStep(kernel[axis], stride[axis], dilation[axis], padding[axis].before).takes;
}

/** PyTorch's rule: from ⌊i·n/b⌋ up to ⌈(i + 1)·n/b⌉. */
function bin(cell: number, cells: number, bins: number): Cells {
  const first = floorDivide(cell * cells, bins);
  return { first, count: ceilDivide((cell + 1) * cells, bins) - first, spacing: 1 };
}

/** Beyond its border a feature map is continued with its border values. */
function resampleTakes(
  { mode, alignCorners }: { readonly mode: "nearest" | "bilinear"; readonly alignCorners: boolean },
  { inputs, output }: AxisCells,
): Taken {
  const [from = 1] = inputs;
  const step = alignCorners
    ? alignedCornersStep(output === 1 ? rational(0) : rational(from - 1, output - 1))
    : halfPixelStep(rational(output, from), mode);
  return (cell) => {
    const { first, count } = step.takes(cell);
    const low = clamp(first, from - 1);
    return { first: low, count: clamp(first + count - 1, from - 1) - low + 1, spacing: 1 };
  };
}

function clamp(place: number, last: number): number {
  return Math.min(Math.max(place, 0), last);
}
