/** Convolution and transposed convolution by their definitions. */
import type {
  ConvolutionAttributes,
  TransposedConvolutionAttributes,
} from "../../../compiler/ops/attributes.ts";
import { addAt, type Maps, maps, valueAt } from "./map.ts";
import { type Weights, weightAt } from "./weights.ts";

export function conv(a: ConvolutionAttributes, input: Maps, weights: Weights): Maps {
  const along = (cells: number, axis: 0 | 1): number => {
    const padded = cells + a.padding[axis].before + a.padding[axis].after;
    return Math.floor((padded - (a.kernel[axis] - 1) * a.dilation[axis] - 1) / a.stride[axis]) + 1;
  };
  const inputsPerGroup = input.channels / a.groups;
  const outputsPerGroup = a.channels / a.groups;
  return maps(input.batch, a.channels, along(input.height, 0), along(input.width, 1), (b, o, y, x) => {
    const group = Math.floor(o / outputsPerGroup);
    let sum = a.bias ? weightAt(weights, "bias", o) : 0;
    for (let c = 0; c < inputsPerGroup; c++) {
      for (let i = 0; i < a.kernel[0]; i++) {
        for (let j = 0; j < a.kernel[1]; j++) {
          const row = y * a.stride[0] + i * a.dilation[0] - a.padding[0].before;
          const column = x * a.stride[1] + j * a.dilation[1] - a.padding[1].before;
          const value = valueAt(input, [b, group * inputsPerGroup + c, row, column], 0);
          sum += value * weightAt(weights, "weight", o, c, i, j);
        }
      }
    }
    return sum;
  });
}

/** Every input cell lays its multiple of the kernel on the output. */
export function transposedConv(a: TransposedConvolutionAttributes, input: Maps, weights: Weights): Maps {
  const along = (cells: number, axis: 0 | 1): number =>
    a.stride[axis] * (cells - 1) + a.kernel[axis] - a.padding[axis].before - a.padding[axis].after;
  const inputsPerGroup = input.channels / a.groups;
  const outputsPerGroup = a.channels / a.groups;
  const result = maps(input.batch, a.channels, along(input.height, 0), along(input.width, 1), (_b, o) =>
    a.bias ? weightAt(weights, "bias", o) : 0,
  );
  for (let b = 0; b < input.batch; b++) {
    for (let c = 0; c < input.channels; c++) {
      const group = Math.floor(c / inputsPerGroup);
      for (let y = 0; y < input.height; y++) {
        for (let x = 0; x < input.width; x++) {
          for (let o = 0; o < outputsPerGroup; o++) {
            for (let i = 0; i < a.kernel[0]; i++) {
              for (let j = 0; j < a.kernel[1]; j++) {
                const row = y * a.stride[0] + i - a.padding[0].before;
                const column = x * a.stride[1] + j - a.padding[1].before;
                const value = valueAt(input, [b, c, y, x]) * weightAt(weights, "weight", c, o, i, j);
                addAt(result, [b, group * outputsPerGroup + o, row, column], value);
              }
            }
          }
        }
      }
    }
  }
  return result;
}

/** The gradient of a stride-1 convolution's weight, [output channels, input channels, kernel height, kernel width]. */
export function filterGradient(a: ConvolutionAttributes, input: Maps, cotangent: Maps): Float64Array {
  const gradient: number[] = [];
  for (let o = 0; o < a.channels; o++) {
    for (let c = 0; c < input.channels; c++) {
      for (let i = 0; i < a.kernel[0]; i++) {
        for (let j = 0; j < a.kernel[1]; j++) {
          let sum = 0;
          for (let b = 0; b < input.batch; b++) {
            for (let y = 0; y < cotangent.height; y++) {
              for (let x = 0; x < cotangent.width; x++) {
                const row = y + i - a.padding[0].before;
                const column = x + j - a.padding[1].before;
                sum += valueAt(input, [b, c, row, column], 0) * valueAt(cotangent, [b, o, y, x]);
              }
            }
          }
          gradient.push(sum);
        }
      }
    }
  }
  return Float64Array.from(gradient);
}
