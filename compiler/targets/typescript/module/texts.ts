/** Parts of a module that are the same for every network: its files of weights, and how an image becomes an input. */

const safetensors = `
/** A safetensors file: the header's length, a JSON header, the values. */
function readSafetensors(bytes: Uint8Array): {
  tensors: Map<string, { shape: number[]; data: Float32Array }>;
  metadata: Record<string, string>;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begin = 8 + Number(view.getBigUint64(0, true));
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(8, begin)),
  ) as Record<string, never> & { __metadata__?: Record<string, string> };
  const tensors = new Map<string, { shape: number[]; data: Float32Array }>();
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: [start, end] } = entry as {
      dtype: string;
      shape: number[];
      data_offsets: [number, number];
    };
    if (dtype !== "F32") continue;
    // A copy, because the values need not be aligned in the file.
    const values = new Uint8Array(bytes.subarray(begin + start, begin + end));
    tensors.set(name, { shape, data: new Float32Array(values.buffer) });
  }
  return { tensors, metadata };
}

function writeSafetensors(
  tensors: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>,
  metadata: Record<string, string>,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let length = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [length, length + data.byteLength] };
    length += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const begin = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(begin + length).fill(0x20, 8, begin);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(begin - 8), true);
  bytes.set(text, 8);
  let at = begin;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}
`;

const layout = `
/** Filters are [output, input, height, width] in files and [height, width, input, output] in TensorFlow.js. */
function fromFile(shape: readonly number[], values: tf.Tensor): tf.Tensor {
  return shape.length === 4 ? tf.transpose(values, [2, 3, 1, 0]) : values;
}

function toFile(weight: tf.Tensor): tf.Tensor {
  return weight.rank === 4 ? tf.transpose(weight, [3, 2, 0, 1]) : weight;
}
`;

const acceptedSizes = `
/** Pixels along an axis: those from \`from\` on whose remainder by \`period\` is among \`remainders\`, and those in \`also\`. */
interface AcceptedSizes {
  readonly from: number;
  readonly period: number;
  readonly remainders: readonly number[];
  readonly also: readonly number[];
}

function isAccepted(size: number, { from, period, remainders, also }: AcceptedSizes): boolean {
  return also.includes(size) || (size >= from && remainders.includes(size % period));
}

/** The accepted size below and the one above, where there are any: "160 and 176". */
function nearest(size: number, accepted: AcceptedSizes): string {
  const reach = Math.max(accepted.period, accepted.from - size, ...accepted.also.map((one) => Math.abs(one - size)));
  const first = (step: 1 | -1): number[] => {
    for (let at = Math.floor(size) + step; at > 0 && Math.abs(at - size) <= reach + accepted.from + accepted.period; at += step) {
      if (isAccepted(at, accepted)) return [at];
    }
    return [];
  };
  return [...first(-1), ...first(1)].join(" and ");
}
`;

const checkSize = `
function checkSize(input: string, { shape }: tf.Tensor4D, accepted: readonly AcceptedSizes[]): void {
  accepted.forEach((sizes, axis) => {
    const size = shape[axis + 1] ?? 0;
    if (isAccepted(size, sizes)) return;
    const side = axis === 0 ? "height" : "width";
    throw new RangeError(\`\${input} does not accept the \${side} \${size}; the nearest accepted: \${nearest(size, sizes)}\`);
  });
}
`;

const chosenClasses = `
/** The class of highest value at each position of the first image; of one channel 1 from one half on. */
function chosenClasses(map: tf.Tensor4D): tf.Tensor2D {
  const [first] = tf.unstack(map);
  if (first === undefined) throw new RangeError("a batch has no image");
  if (map.shape[3] === 1) return tf.cast(tf.greaterEqual<tf.Tensor2D>(tf.squeeze(first, [2]), 0.5), "int32");
  return tf.argMax(first, 2);
}
`;

const fitted = `
/** An image normalised and mirrored up to the input's size, as a batch. */
function fitted(image: tf.Tensor3D, { mean, deviation }: Normalisation, rows: Fit, columns: Fit): tf.Tensor4D {
  const [height, width] = image.shape;
  const normalised = tf.div<tf.Tensor3D>(tf.sub(image, [...mean]), [...deviation]);
  const tall = tf.gather(normalised, mirrored(height, rows), 0);
  return tf.expandDims(tf.gather(tall, mirrored(width, columns), 1), 0);
}
`;

const fit = `
/** Where the positions of an output are: position i is centred at stride · i + offset, in pixels of the input. */
interface Grid {
  readonly positions: number;
  readonly stride: number;
  readonly offset: number;
}

interface Fit {
  /** Pixels of the input, and how many of them are before the image. */
  readonly input: number;
  readonly before: number;
  readonly grids: Record<OutputName, Grid>;
}

/** The smallest accepted input whose outputs cover the whole image, along one axis. */
function fit(
  image: number,
  accepted: AcceptedSizes,
  gridsAt: (size: number) => Record<OutputName, Grid>,
): Fit {
  const most = 8 * image + accepted.from + 64 * accepted.period + Math.max(4096, ...accepted.also);
  for (let input = image; input <= most; input += 1) {
    if (!isAccepted(input, accepted)) continue;
    const grids = gridsAt(input);
    let least = 0;
    let largest = input - image;
    for (const { positions, stride, offset } of Object.values(grids)) {
      least = Math.max(least, Math.ceil(offset - stride / 2));
      largest = Math.min(largest, Math.floor(offset + stride * (positions - 0.5)) - image + 1);
    }
    if (least <= largest) return { input, before: least + Math.floor((largest - least) / 2), grids };
  }
  throw new RangeError(\`no accepted input covers an image of \${image} pixels\`);
}

/** The image pixel that each input pixel shows: mirrored about the outermost pixels. */
function mirrored(image: number, { input, before }: Fit): Int32Array {
  const after = input - before - image;
  return Int32Array.from({ length: input }, (_, i) => {
    const pixel = i - before;
    if (pixel < 0) return before < image ? -pixel : 0;
    if (pixel < image) return pixel;
    return after < image ? 2 * (image - 1) - pixel : image - 1;
  });
}
`;

const nearestPositions = `
/** The position nearest to each pixel of the image. */
function nearestPositions(image: number, before: number, { positions, stride, offset }: Grid): Int32Array {
  return Int32Array.from({ length: image }, (_, pixel) => {
    const position = Math.ceil((before + pixel - offset) / stride - 0.5);
    return Math.min(Math.max(position, 0), positions - 1);
  });
}
`;

const betweenPositions = `
/** Between which positions each pixel of the image is, for linear interpolation. */
function betweenPositions(image: number, before: number, { positions, stride, offset }: Grid): Entry[][] {
  return Array.from({ length: image }, (_, pixel) => {
    const at = Math.min(Math.max((before + pixel - offset) / stride, 0), positions - 1);
    const low = Math.floor(at);
    return [
      [low, 1 - (at - low)],
      [Math.min(low + 1, positions - 1), at - low],
    ];
  });
}
`;

const periodic = `
/** A size that follows a table of the input's size, whose cycle repeats and rises. */
function periodic(size: number, first: readonly number[], cycle: readonly number[], rise: number): number {
  const beyond = size - first.length;
  if (beyond < 0) return first[size] ?? 0;
  return (cycle[beyond % cycle.length] ?? 0) + Math.floor(beyond / cycle.length) * rise;
}
`;

const image = `
/** 8-bit pixels in rows, 1 to 4 channels each: what \`ImageData\` is. */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** An \`HTMLCanvasElement\` or \`OffscreenCanvas\`. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): { getImageData(x: number, y: number, width: number, height: number): Pixels } | null;
}

/** Values 0 to 1 as [height, width, channels], pixels, or a canvas. */
export type Image = tf.Tensor3D | Pixels | Canvas;

/** An image with that many channels, values 0 to 1: alpha is left out, grey is the luma of ITU-R BT.601. */
function imageTensor(image: Image, channels: 1 | 3): tf.Tensor3D {
  if (image instanceof tf.Tensor) return withChannels(image, channels);
  const pixels = "getContext" in image ? image.getContext("2d")?.getImageData(0, 0, image.width, image.height) : image;
  if (pixels === undefined) throw new TypeError("the canvas gives no 2d context");
  const { data, width, height } = pixels;
  const values = Float32Array.from(data, (value) => value / 255);
  return withChannels(tf.tensor3d(values, [height, width, data.length / (width * height)]), channels);
}

function withChannels(image: tf.Tensor3D, channels: 1 | 3): tf.Tensor3D {
  const given = image.shape[2];
  if (given === channels) return image;
  if (given < 3) return tf.tile(tf.slice(image, [0, 0, 0], [-1, -1, 1]), [1, 1, channels]);
  const colours = tf.slice(image, [0, 0, 0], [-1, -1, 3]);
  if (channels === 3) return colours;
  return tf.sum(tf.mul(colours, [0.299, 0.587, 0.114]), 2, true);
}
`;

const element = `
/** The item at that place. */
function element<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(\`there is no element \${index}\`);
  return item;
}
`;

const dropoutMask = `
/** Of a layer in training: 0, or 1 / (1 − rate), in that shape. */
export type DropoutMask = (layer: string, shape: [number, number, number, number], rate: number) => tf.Tensor;
`;

const randomMask = `
function randomMask(_layer: string, shape: [number, number, number, number], rate: number): tf.Tensor {
  const kept = tf.greaterEqual(tf.randomUniform(shape), rate);
  return tf.mul(tf.cast(kept, "float32"), rate < 1 ? 1 / (1 - rate) : 0);
}
`;

const weightSpecification = `
interface WeightSpecification {
  /** In files. */
  readonly shape: readonly number[];
  readonly initial: Initial;
  /** Left out: true. */
  readonly trainable?: boolean;
}

/** Initial values of a weight, from its shape and a seed. */
type Initial = (shape: readonly number[], seed: number) => tf.Tensor;
`;

export const moduleTexts = {
  element,
  dropoutMask,
  randomMask,
  checkSize,
  acceptedSizes,
  fit,
  fitted,
  nearestPositions,
  chosenClasses,
  betweenPositions,
  periodic,
  image,
  weightSpecification,
  layout,
  safetensors,
} as const;
