/** The program of a runnable project that trains. */
import type { RunnableFacts } from "./facts.ts";
import { meanIouText, plateauCount, validationSplit } from "./validation-text.ts";

export function trainText({
  className,
  input,
  field,
  channels,
  classes,
  epochs,
  batch,
  grids,
  learningRate,
  plateau,
  crop,
  seed,
}: RunnableFacts): string {
  const clock = clockOf(learningRate);
  return `/**
 * Trains ${className} on a folder with \`images\` and, under the same names, \`labels\` (PNG):
 *
 *   npx tsx train.ts [data] [--epochs ${epochs}] [--seed ${seed}] [--weights weights.safetensors]
 *
 * The seed decides the order of the images, their crops and their augmentation. Starts from the weights of that file if it exists, and writes it after every epoch.
 */
import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { augmented } from "./augment.ts";
import { fail, imagesIn, type Labels, type Picture, readImage, readLabels, startBackend } from "./images.ts";
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
function learningRate(${clock.map(({ name }) => `${name}: number`).join(", ")}): number {
  ${learningRate}
}

interface Sample {
  readonly image: Picture;
  readonly labels: Labels;
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
${plateau === undefined ? "const training = samples;" : validationSplit}
const steps = Math.ceil(training.length / batch);
console.log(\`\${training.length} images, crops of \${size.join("×")}, steps per epoch: \${steps}\`);

for (let epoch = 0; epoch < epochs; epoch += 1) {
  const order = shuffled(training);
  let sum = 0;
  for (let step = 0; step < steps; step += 1) {
    const chosen = order.slice(step * batch, (step + 1) * batch);
    optimizer.learningRate = learningRate(${clock.map(({ code }) => code).join(", ")});
    const { images, labels } = batchOf(chosen);
    const loss = optimizer.minimize(
      () => network.loss(network.apply(images, { training: true }), { ${field === "labels" ? field : `${field}: labels`} }),
      true,
    );
    sum += (await loss?.data())?.[0] ?? 0;
    loss?.dispose();
    tf.dispose([images, labels]);
  }
  console.log(\`epoch \${epoch + 1} of \${epochs}: loss \${(sum / steps).toFixed(4)}\`);
  await writeFile(\`\${values.weights}.new\`, await network.save());
  await rename(\`\${values.weights}.new\`, values.weights);
  ${plateau === undefined ? "" : plateauCount(plateau.patience)}
}

async function readSamples(): Promise<Sample[]> {
  const images = await imagesIn(join(folder, "images"));
  const labels = await imagesIn(join(folder, "labels"));
  const pairs: Sample[] = [];
  for (const [name, path] of images) {
    const label = labels.get(name);
    if (label === undefined) fail(\`\${path} has no label image \${join(folder, "labels", name)}.png\`);
    const sample = { image: await readImage(path), labels: await readLabels(label) };
    if (sample.image.width !== sample.labels.width || sample.image.height !== sample.labels.height) {
      fail(\`\${path} and \${label} have different sizes\`);
    }
    pairs.push(sample);
  }
  if (pairs.length === 0) fail(\`there are no images in \${join(folder, "images")}\`);
  return pairs;
}

/** The largest accepted size that every image has. */
function cropSize(axis: 0 | 1): number {
  const { from, period, remainders, also } = acceptedSizes.${input}[axis];
  const most = Math.min(${crop}[axis] ?? Infinity, ...samples.map(({ image }) => (axis === 0 ? image.height : image.width)));
  const isAccepted = (at: number): boolean =>
    (also as number[]).includes(at) || (at >= from && (remainders as number[]).includes(at % period));
  for (let at = most; at > 0; at -= 1) if (isAccepted(at)) return at;
  fail(\`an image has \${most} pixels along an axis, and ${className} needs more\`);
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

${plateau === undefined ? "" : meanIouText({ field, classes })}
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

/** A random crop of each image, and the classes at the output's positions. */
function batchOf(chosen: readonly Sample[]): { images: tf.Tensor4D; labels: tf.Tensor3D } {
  const [height, width] = size;
  const { mean, deviation } = network.normalisation.${input};
  const [rows, columns] = [pixelsOf(0), pixelsOf(1)];
  const images = new Float32Array(chosen.length * height * width * ${channels});
  const classes = new Int32Array(chosen.length * rows.length * columns.length);
  let pixel = 0;
  let position = 0;
  for (const { image, labels } of chosen) {
    const { values, labelAt } = augmented(image, labels, size, random);
    for (const [i, value] of values.entries()) {
      images[pixel] = (value - (mean[i % ${channels}] ?? 0)) / (deviation[i % ${channels}] ?? 1);
      pixel += 1;
    }
    for (const y of rows) {
      for (const x of columns) {
        classes[position] = labelAt(y, x);
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

/** What a schedule depends on: no parameter after the last that it reads. */
function clockOf(learningRate: string): readonly { readonly name: string; readonly code: string }[] {
  const all = [
    { name: "step", code: "epoch * steps + step" },
    { name: "steps", code: "epochs * steps" },
    { name: "stepsPerEpoch", code: "steps" },
    { name: "drops", code: "drops" },
  ];
  return all.slice(0, 1 + all.findLastIndex(({ name }) => new RegExp(`\\b${name}\\b`).test(learningRate)));
}
