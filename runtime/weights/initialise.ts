/**
 * The first weights of a graph, from a seed.
 *
 * Each weight draws from its own stream, named by the weight, so that adding a layer leaves the others' values as they were.
 */
import type { Graph } from "../../compiler/network/graph.ts";
import { isRectified } from "../../compiler/network/rectified.ts";
import type { Initialisation, Kernel } from "../../compiler/ops/operation.ts";
import type { WeightArray } from "../arrays.ts";
import { Random } from "../random.ts";
import { elementCount, type GraphWeight, weightsOf } from "./weight-name.ts";

/**
 * Every weight of the graph by name, in the graph's own layout. The same seed and name give the same values.
 * @param names left out: all
 */
export function initialiseWeights(
  graph: Graph,
  seed: number,
  names?: ReadonlySet<string>,
): Map<string, WeightArray> {
  const weights = weightsOf(graph).filter(({ name }) => names?.has(name) !== false);
  return new Map(weights.map((weight) => [weight.name, initialiseWeight(graph, weight, seed)]));
}

/** Whether its values are drawn one by one. */
export function isDrawn({ specification: { initialisation } }: GraphWeight): boolean {
  const { kind } = initialisation;
  return kind === "he" || kind === "xavier" || kind === "normal";
}

/** The square of the gain with which `he` draws: 2 counts on a rectifier, 1 on none (initialiseWeight). */
export function heGain(graph: Graph, { node, specification }: GraphWeight): 1 | 2 {
  return specification.kernel?.transposed === true && !isRectified(graph, node.id) ? 1 : 2;
}

/**
 * `he` is normal with variance gain² / fan-in, and gain² = 2 makes up for the half that a rectifier takes (He et al. 2015,
 * equation 10). A convolution and a dense layer have it whatever follows, as U-Net (Ronneberger et al. 2015, section 3.1), ResNet
 * and nnU-Net begin. A transposed convolution that no rectifier follows has gain 1, so that its feature map joins a rectified skip with
 * the same second moment; there Kaiming's initial values in PyTorch, which count the fan of a transposed convolution from the
 * other side (output channels times the kernel), come to the same for kernel 2, stride 2 and half the channels.
 */
export function initialiseWeight(graph: Graph, weight: GraphWeight, seed: number): WeightArray {
  const { shape, initialisation } = weight.specification;
  const data = new Float32Array(elementCount(shape));
  switch (initialisation.kind) {
    case "constant":
      data.fill(initialisation.value);
      break;
    case "bilinear":
      fillChannelToChannel(data, weight, (height, width) => {
        const rows = triangle(height);
        const columns = triangle(width);
        return rows.flatMap((row) => columns.map((column) => row * column));
      });
      break;
    case "potts": {
      const [classes = 0] = shape;
      for (let i = 0; i < data.length; i++) data[i] = Math.floor(i / classes) === i % classes ? 0 : 1;
      break;
    }
    case "identity":
      fillIdentity(data, weight, initialisation, new Random(seed, weight.name));
      break;
    case "he":
    case "xavier":
    case "normal":
      draw(data, weight, initialisation, heGain(graph, weight), new Random(seed, weight.name));
  }
  return { shape, data };
}

type RandomInitialisation = Extract<Initialisation, { kind: "he" | "xavier" | "normal" }>;

function draw(
  data: Float32Array,
  weight: GraphWeight,
  initialisation: RandomInitialisation,
  gain: 1 | 2,
  random: Random,
): void {
  if (initialisation.kind === "normal") {
    random.fillNormal(data, initialisation.deviation);
    return;
  }
  const { fan } = kernelOf(weight);
  if (initialisation.kind === "he") {
    random.fillNormal(data, Math.sqrt(gain / fan.in));
    return;
  }
  const bound = Math.sqrt(6 / (fan.in + fan.out));
  for (let i = 0; i < data.length; i++) data[i] = random.between(-bound, bound);
}

/** The separable triangle of Long, Shelhamer & Darrell 2015, section 3.3: factor ⌈k / 2⌉, centred on the kernel. */
function triangle(kernel: number): number[] {
  const factor = Math.ceil(kernel / 2);
  const centre = (kernel - 1) / 2;
  return Array.from({ length: kernel }, (_, i) => 1 - Math.abs(i - centre) / factor);
}

/**
 * Yu & Koltun 2016, equations 4 and 5. The channels on both sides are shared out in order among the feature maps, within each group.
 * Left out, every channel is a feature map. The centre is the kernel element that `padding = same` aligns with the output position: ⌊(k − 1) / 2⌋.
 */
function fillIdentity(
  data: Float32Array,
  weight: GraphWeight,
  { maps, deviation }: Extract<Initialisation, { kind: "identity" }>,
  random: Random,
): void {
  const { first, second, height, width } = convolutionShape(weight);
  const { groups, outputs } = kernelOf(weight);
  const perGroup = first / groups;
  const mapsPerGroup = maps === undefined ? perGroup : maps / groups;
  // One over the channels that a feature map has in the result.
  const share = mapsPerGroup / outputs;
  const centre = Math.floor((height - 1) / 2) * width + Math.floor((width - 1) / 2);
  const mapOf = (channel: number, channels: number) => Math.floor((channel * mapsPerGroup) / channels);
  let at = 0;
  for (let a = 0; a < first; a++) {
    for (let b = 0; b < second; b++) {
      const together = mapOf(a % perGroup, perGroup) === mapOf(b, second);
      for (let cell = 0; cell < height * width; cell++) {
        const noise = deviation === 0 ? 0 : deviation * random.normal();
        data[at++] = together && cell === centre ? share : noise;
      }
    }
  }
}

/** Channel c to channel c, counted within each group; all other pairs stay zero. Given: as many channels in as out. */
function fillChannelToChannel(
  data: Float32Array,
  weight: GraphWeight,
  make: (height: number, width: number) => readonly number[],
): void {
  const { first, second, height, width } = convolutionShape(weight);
  const kernel = make(height, width);
  const perGroup = first / kernelOf(weight).groups;
  for (let a = 0; a < first; a++) {
    data.set(kernel, (a * second + (a % perGroup)) * kernel.length);
  }
}

interface ConvolutionShape {
  /** conv: output channels; transposed_conv: input channels. */
  readonly first: number;
  /** The other side's channels in one group. */
  readonly second: number;
  readonly height: number;
  readonly width: number;
}

function convolutionShape(weight: GraphWeight): ConvolutionShape {
  const [first, second, height, width] = weight.specification.shape;
  if (first === undefined || second === undefined || height === undefined || width === undefined)
    throw needsKernel(weight);
  return { first, second, height, width };
}

/** @throws Error for a weight that connects no channels, which no operation draws so. */
export function kernelOf(weight: GraphWeight): Kernel {
  const { kernel } = weight.specification;
  if (kernel === undefined) throw needsKernel(weight);
  return kernel;
}

function needsKernel({ name, specification: { initialisation, shape } }: GraphWeight): Error {
  return new Error(
    `${name}: initialisation ${initialisation.kind} needs a convolution's weight, and this one has shape [${shape.join(", ")}]`,
  );
}
