/** The programs of a runnable project. */

export interface RunnableFacts {
  readonly className: string;
  readonly input: string;
  readonly field: string;
  readonly channels: number;
  readonly classes: number;
  readonly epochs: number;
  readonly batch: number;
  readonly grids: readonly [string, string];
  /** Entries of a table; `undefined`: the value is the class. */
  readonly labels: string | undefined;
  readonly learningRate: string;
  readonly crop: string;
  /** How often an image is mirrored. */
  readonly mirror: number;
  readonly seed: number;
}

export function imagesText({ channels, classes, labels }: RunnableFacts): string {
  return `/** Images and label images from disk. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { decode } from "fast-png";
import sharp from "sharp";

/** Pixels in rows, channels last. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** 8 bits and ${channels === 1 ? "one channel" : `${channels} channels`}. */
export async function readImage(path: string): Promise<Picture> {
  const image = sharp(path).removeAlpha().${channels === 1 ? 'toColourspace("b-w")' : 'toColourspace("srgb")'};
  const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  if (info.channels !== ${channels}) throw new Error(\`\${path} has \${info.channels} channels\`);
  return { data, width: info.width, height: info.height };
}

${
  labels === undefined
    ? ""
    : `/** Classes by the value of a pixel, a grey level, palette index or colour; -1: ignored. */
const classOf = new Map<number | string, number>([${labels}]);
`
}
/** The class of each pixel of a PNG file, -1 where it is ignored. */
export async function readLabels(path: string): Promise<{ data: Int32Array; width: number; height: number }> {
  const { data, width, height, channels, depth } = decode(await readFile(path));
  if (depth < 8) throw new Error(\`\${path} has \${depth} bits a pixel; save it with 8\`);
  const labels = Int32Array.from({ length: width * height }, (_, pixel) => {
    const at = pixel * channels;
    ${
      labels === undefined
        ? `const label = data[at] ?? 0;
    if (label >= ${classes}) throw new Error(\`\${path} has the value \${label}, and there are ${classes} classes\`);`
        : `const [first = 0, second = 0, third = 0] = data.subarray(at, at + 3);
    const colour = \`#\${[first, second, third].map((value) => value.toString(16).padStart(2, "0")).join("")}\`;
    const label = classOf.get(channels < 3 ? first : colour);
    if (label === undefined) {
      throw new Error(\`\${path} has the value \${channels < 3 ? first : colour}, which is no class\`);
    }`
    }
    return label;
  });
  return { data: labels, width, height };
}

/** Images of a folder and the folders in it, by path without extension. */
export async function imagesIn(folder: string): Promise<Map<string, string>> {
  const all = await readdir(folder, { recursive: true });
  const files = all.filter((file) => /\\.(png|jpe?g|webp|tiff?)$/i.test(file)).sort();
  return new Map(files.map((file) => [file.replace(/\\.\\w+$/, ""), join(folder, file)]));
}

/** The WebAssembly backend. Its loader adds listeners that print its whole source at any later error: they go. */
export async function startBackend(): Promise<void> {
  await tf.setBackend("wasm");
  await tf.ready();
  process.removeAllListeners("uncaughtException");
  process.removeAllListeners("unhandledRejection");
}
`;
}

export function trainText({
  className,
  input,
  field,
  channels,
  epochs,
  batch,
  grids,
  learningRate,
  crop,
  mirror,
  seed,
}: RunnableFacts): string {
  return `/**
 * Trains ${className} on a folder with \`images\` and, under the same names, \`labels\` (PNG):
 *
 *   npx tsx train.ts [data] [--epochs ${epochs}] [--seed ${seed}] [--weights weights.safetensors]
 *
 * The seed decides the order of the images${mirror === 0 ? " and their crops" : ", their crops and which are mirrored"}. Begins with the weights of that file where it exists, and writes it after every epoch.
 */
import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { imagesIn, type Picture, readImage, readLabels, startBackend } from "./images.ts";
import { acceptedSizes, ${className} } from "./${className}.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: "string", default: "${epochs}" },
    seed: { type: "string", default: "${seed}" },
    weights: { type: "string", default: "weights.safetensors" },
  },
});
const [folder = "data"] = positionals;
const epochs = Number(values.epochs);
const batch = ${batch};
let randomState = Number(values.seed);

/** Of a step of the run, counted from 0, by the schedules of the program. */
function learningRate(${["step", "steps", "stepsPerEpoch"].map((name, i, all) => (all.slice(i).some((later) => new RegExp(`\\b${later}\\b`).test(learningRate)) ? `${name}: number, ` : "")).join("")}): number {
  ${learningRate}
}

interface Sample {
  readonly image: Picture;
  readonly labels: { readonly data: Int32Array; readonly width: number; readonly height: number };
}

/** Where the positions of the output are on the input, along height and width. */
const grids: readonly ((size: number) => { positions: number; stride: number; offset: number })[] = [
  ${grids[0]},
  ${grids[1]},
];

await startBackend();
const samples = await readSamples();
const size = [cropSize(0), cropSize(1)] as const;
const network = new ${className}();
if (existsSync(values.weights)) network.load(await readFile(values.weights));
else network.normalisation.${input} = measured();
const optimizer = network.optimizer();
const steps = Math.ceil(samples.length / batch);
console.log(\`\${samples.length} images, crops of \${size.join("×")}, \${steps} steps an epoch\`);

for (let epoch = 0; epoch < epochs; epoch += 1) {
  const order = shuffled(samples);
  let sum = 0;
  for (let step = 0; step < steps; step += 1) {
    const chosen = order.slice(step * batch, (step + 1) * batch);
    optimizer.learningRate = learningRate(${["epoch * steps + step", "epochs * steps", "steps"].filter((_, i) => ["step", "steps", "stepsPerEpoch"].slice(i).some((later) => new RegExp(`\\b${later}\\b`).test(learningRate))).join(", ")});
    const { images, labels } = batchOf(chosen);
    const loss = optimizer.minimize(
      () => network.loss(network.apply(images, { training: true }), { ${field}: labels }),
      true,
    );
    sum += (await loss?.data())?.[0] ?? 0;
    loss?.dispose();
    tf.dispose([images, labels]);
  }
  console.log(\`epoch \${epoch + 1} of \${epochs}: loss \${(sum / steps).toFixed(4)}\`);
  await writeFile(\`\${values.weights}.new\`, await network.save());
  await rename(\`\${values.weights}.new\`, values.weights);
}

async function readSamples(): Promise<Sample[]> {
  const images = await imagesIn(join(folder, "images"));
  const labels = await imagesIn(join(folder, "labels"));
  const pairs: Sample[] = [];
  for (const [name, path] of images) {
    const label = labels.get(name);
    if (label === undefined) throw new Error(\`\${path} has no label image \${join(folder, "labels", name)}.png\`);
    const sample = { image: await readImage(path), labels: await readLabels(label) };
    if (sample.image.width !== sample.labels.width || sample.image.height !== sample.labels.height) {
      throw new Error(\`\${path} and \${label} have different sizes\`);
    }
    pairs.push(sample);
  }
  if (pairs.length === 0) throw new Error(\`there is no image in \${join(folder, "images")}\`);
  return pairs;
}

/** The largest accepted size that every image has. */
function cropSize(axis: 0 | 1): number {
  const { from, period, remainders, also } = acceptedSizes.${input}[axis];
  const most = Math.min(${crop}[axis] ?? Infinity, ...samples.map(({ image }) => (axis === 0 ? image.height : image.width)));
  const isAccepted = (at: number): boolean =>
    (also as number[]).includes(at) || (at >= from && (remainders as number[]).includes(at % period));
  for (let at = most; at > 0; at -= 1) if (isAccepted(at)) return at;
  throw new Error(\`the smallest image has \${most} pixels along an axis, fewer than ${className} accepts\`);
}

/** Mean and standard deviation of the values 0 to 1 of each channel. */
function measured(): { mean: number[]; deviation: number[] } {
  const mean = new Array<number>(${channels}).fill(0);
  const square = new Array<number>(${channels}).fill(0);
  let pixels = 0;
  for (const { image } of samples) {
    pixels += image.width * image.height;
    for (const [i, value] of image.data.entries()) {
      const channel = i % ${channels};
      mean[channel] = (mean[channel] ?? 0) + value / 255;
      square[channel] = (square[channel] ?? 0) + (value / 255) ** 2;
    }
  }
  const means = mean.map((sum) => sum / pixels);
  const deviation = square.map((sum, c) => Math.sqrt(Math.max(sum / pixels - (means[c] ?? 0) ** 2, 1e-6)));
  return { mean: means, deviation };
}

/** The next number from 0 to 1 that follows from the seed: the generator mulberry32. */
function random(): number {
  randomState = (randomState + 0x6d2b79f5) | 0;
  let bits = Math.imul(randomState ^ (randomState >>> 15), randomState | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** A random crop of each image${mirror === 0 ? "" : ", mirrored or not"}, and the classes at the output's positions. */
function batchOf(chosen: readonly Sample[]): { images: tf.Tensor4D; labels: tf.Tensor3D } {
  const [height, width] = size;
  const { mean, deviation } = network.normalisation.${input};
  const [rows, columns] = [pixelsOf(0), pixelsOf(1)];
  const images = new Float32Array(chosen.length * height * width * ${channels});
  const classes = new Int32Array(chosen.length * rows.length * columns.length);
  let pixel = 0;
  let position = 0;
  for (const { image, labels } of chosen) {
    const top = Math.floor(random() * (image.height - height + 1));
    const left = Math.floor(random() * (image.width - width + 1));
    ${mirror === 0 ? "" : `const mirrored = random() < ${mirror};`}
    const placeOf = (y: number, x: number): number =>
      (top + y) * image.width + left + ${mirror === 0 ? "x" : "(mirrored ? width - 1 - x : x)"};
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        for (let c = 0; c < ${channels}; c += 1) {
          const value = (image.data[placeOf(y, x) * ${channels} + c] ?? 0) / 255;
          images[pixel] = (value - (mean[c] ?? 0)) / (deviation[c] ?? 1);
          pixel += 1;
        }
      }
    }
    for (const y of rows) {
      for (const x of columns) {
        const inside = y >= 0 && y < height && x >= 0 && x < width;
        classes[position] = inside ? (labels.data[placeOf(y, x)] ?? -1) : -1;
        position += 1;
      }
    }
  }
  return {
    images: tf.tensor4d(images, [chosen.length, height, width, ${channels}]),
    labels: tf.tensor3d(classes, [chosen.length, rows.length, columns.length], "int32"),
  };
}

/** The pixel at the centre of each position of the output. */
function pixelsOf(axis: 0 | 1): number[] {
  const { positions = 0, stride = 1, offset = 0 } = grids[axis]?.(size[axis]) ?? {};
  return Array.from({ length: positions }, (_, i) => Math.floor(stride * i + offset + 0.5));
}
`;
}

export function predictText({ className, field, classes }: RunnableFacts): string {
  const step = classes <= 1 ? 255 : Math.floor(255 / (classes - 1));
  return `/**
 * Writes the classes of every image of a folder as PNG, one value a class:
 *
 *   npx tsx predict.ts [data/images] [--weights weights.safetensors] [--output predictions] [--visible]
 *
 * With --visible the values are spread over grey levels, so that a person can tell them apart.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import { imagesIn, readImage, startBackend } from "./images.ts";
import { ${className} } from "./${className}.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    weights: { type: "string", default: "weights.safetensors" },
    output: { type: "string", default: "predictions" },
    visible: { type: "boolean", default: false },
  },
});
const [folder = join("data", "images")] = positionals;

await startBackend();
const network = new ${className}();
network.load(await readFile(values.weights));
for (const [name, path] of await imagesIn(folder)) {
  const { ${field}: labels } = network.predict(await readImage(path));
  const [height, width] = labels.shape;
  const classes = Uint8Array.from(await labels.data(), (label) => (values.visible ? label * ${step} : label));
  labels.dispose();
  const file = join(values.output, \`\${name}.png\`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, encode({ data: classes, width, height, channels: 1, depth: 8 }));
  console.log(file);
}
`;
}
