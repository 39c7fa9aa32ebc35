/** The weights of a convolution with a batch normalisation folded into them, in the layouts of TensorFlow. */
import type { NodeOf } from "../../../network/graph.ts";
import { inputAt } from "../../../ops/rules.ts";
import type { WeightValues } from "../../target.ts";
import type { RowContext } from "../row.ts";

export interface Folded {
  /** What the names of its constants begin with: those of the safetensors file end in ".". */
  readonly name: string;
  /** Of the weight in the safetensors file: [channels, inputs of a group, height, width]; transposed [inputs, channels of a group, …]. */
  readonly shape: readonly number[];
  readonly values: () => Float32Array;
  /** What each channel is multiplied by. */
  readonly factors: (() => Float64Array) | undefined;
  /** `undefined`: none is added. */
  readonly bias: (() => Float32Array) | undefined;
}

/** In float64, rounded once: as exact as normalising the results. */
export function foldedWeights(
  node: NodeOf<"conv"> | NodeOf<"dense"> | NodeOf<"transposed_conv">,
  row: RowContext,
): Folded {
  const { channels, bias } = node.attributes;
  const { fusion } = row;
  const shape = row.weightShape("weight");
  const values = () => row.values("weight").data;
  const biases = () => (bias ? row.values("bias").data : new Float32Array(channels));
  const batchnorm = fusion?.folded;
  if (batchnorm?.operation !== "batchnorm") {
    // The kernel with a rectifier takes a bias.
    const needed = bias || fusion?.activation !== undefined;
    const name = bias || !needed ? `${row.owner}.` : `${node.name}/`;
    return { name, shape, values, factors: undefined, bias: needed ? biases : undefined };
  }
  const statistics = () => normalisationOf(batchnorm, row);
  return {
    name: `${node.name}/`,
    shape,
    values,
    factors: () => statistics().factors,
    bias: () => {
      const { factors, means, shifts } = statistics();
      const own = biases();
      return Float32Array.from(factors, (factor, channel) => {
        const centred = (own[channel] ?? 0) - (means[channel] ?? 0);
        return centred * factor + (shifts?.[channel] ?? 0);
      });
    },
  };
}

function normalisationOf(node: NodeOf<"batchnorm">, row: RowContext) {
  const { epsilon, scale, shift } = node.attributes;
  const read = (name: string) => row.values(name, node).data;
  const scales = scale ? read("scale") : undefined;
  const factors = Float64Array.from(
    read("running_variance"),
    (variance, channel) => (scales?.[channel] ?? 1) / Math.sqrt(variance + epsilon),
  );
  return { factors, means: read("running_mean"), shifts: shift ? read("shift") : undefined };
}

/** [channels, inputs, height, width] as [height, width, inputs, channels], of one group or of all. */
export function groupFilter(
  { shape, values, factors }: Folded,
  group: number | undefined,
  groups: number,
): WeightValues {
  const [all, inputs, height, width] = extents(shape);
  const channels = group === undefined ? all : all / groups;
  const first = (group ?? 0) * channels;
  const [from, by] = [values(), factors?.()];
  const data = new Float32Array(height * width * inputs * channels);
  let to = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let input = 0; input < inputs; input += 1) {
        for (let channel = first; channel < first + channels; channel += 1) {
          const value = from[((channel * inputs + input) * height + y) * width + x] ?? 0;
          data[to] = value * (by?.[channel] ?? 1);
          to += 1;
        }
      }
    }
  }
  // A filter of a depthwise convolution is [height, width, channels, 1].
  const depthwise = group === undefined && groups > 1;
  const layout = depthwise ? [height, width, channels, 1] : [height, width, inputs, channels];
  return { shape: layout, data };
}

export function extents(shape: readonly number[]): readonly [number, number, height: number, width: number] {
  return [inputAt(shape, 0), inputAt(shape, 1), inputAt(shape, 2), inputAt(shape, 3)];
}
