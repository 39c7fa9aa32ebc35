/**
 * A transposed convolution as an ordinary one. Result o = s·q + r is the sum over j of input q − j times element r + s·j of the
 * kernel: a convolution of ⌈k / s⌉ elements for each phase r, whose results are interleaved and cropped.
 */
import { type PerAxis, perAxis } from "../../../axis.ts";
import type { TransposedConvolutionAttributes } from "../../../ops/attributes.ts";
import type { Margins } from "../../../ops/operation.ts";
import type { WeightValues } from "../../target.ts";
import { extents, type Folded } from "./filters.ts";

export interface Phases {
  /** Zeros around the input. */
  readonly padding: PerAxis<Margins>;
  /** Results too many on each side, after interleaving. */
  readonly crop: PerAxis<Margins>;
}

export function phasesOf({ kernel, stride, padding }: TransposedConvolutionAttributes): Phases {
  const sides = perAxis((axis) => {
    const [k, s] = [kernel[axis], stride[axis]];
    const elements = Math.ceil(k / s);
    // What is cropped is not computed, as far as whole positions of the input go.
    const side = (surplus: number) => {
      const padded = Math.max(0, elements - 1 - Math.floor(surplus / s));
      return { padded, crop: surplus - s * (elements - 1 - padded) };
    };
    return { first: side(padding[axis].before), last: side(s * elements - k + padding[axis].after) };
  });
  return {
    padding: perAxis((axis) => ({ before: sides[axis].first.padded, after: sides[axis].last.padded })),
    crop: perAxis((axis) => ({ before: sides[axis].first.crop, after: sides[axis].last.crop })),
  };
}

/** [height, width, inputs, phases × channels] of one group. */
export function phaseFilter(
  { shape, values, factors }: Folded,
  group: number,
  groups: number,
  [down, across]: PerAxis<number>,
): WeightValues {
  const [all, channels, height, width] = extents(shape);
  const inputs = all / groups;
  const [rows, columns] = [Math.ceil(height / down), Math.ceil(width / across)];
  const [from, by] = [values(), factors?.()];
  const data = new Float32Array(rows * columns * inputs * down * across * channels);
  let to = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      for (let input = group * inputs; input < (group + 1) * inputs; input += 1) {
        for (let phase = 0; phase < down * across; phase += 1) {
          // The first element of the convolution reads the position farthest before.
          const y = Math.floor(phase / across) + down * (rows - 1 - row);
          const x = (phase % across) + across * (columns - 1 - column);
          const inside = y < height && x < width;
          for (let channel = 0; channel < channels; channel += 1) {
            const value = from[((input * channels + channel) * height + y) * width + x] ?? 0;
            data[to] = inside ? value * (by?.[group * channels + channel] ?? 1) : 0;
            to += 1;
          }
        }
      }
    }
  }
  return { shape: [rows, columns, inputs, down * across * channels], data };
}
