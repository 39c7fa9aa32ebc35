/**
 * Seconds a megapixel of the fully connected conditional random field, beside one separable Gaussian blur of the same arrays for
 * every iteration, in the same run and interleaved. Prints a Markdown table.
 *
 *   npx tsx tools/benchmarks/crf.ts [rounds] [sides, e.g. 512,1024]
 *
 * Processor time is given beside time on the clock: on a machine that others use too, only the first compares.
 */
import { cpus, loadavg } from "node:os";
import { type ColourImage, imageKernels } from "../../runtime/crf/image-kernels.ts";
import { meanField, type PairwiseKernel } from "../../runtime/crf/mean-field.ts";
import { deepLabParameters } from "../../runtime/crf/parameters.ts";
import { renderScene } from "../../runtime/data/synthetic/render.ts";
import { drawScene } from "../../runtime/data/synthetic/scene.ts";
import { Random } from "../../runtime/random.ts";
import { blurSeparably } from "./separable-gaussian.ts";

const blurDeviation = 3;
const [rounds = 3] = process.argv.slice(2, 3).map(Number);
const sides = (process.argv[3] ?? "512,1024").split(",").map(Number);
const { iterations } = deepLabParameters;

interface Time {
  readonly clock: number;
  readonly processor: number;
}

/** Seconds. */
function timed<T>(work: () => T): readonly [result: T, time: Time] {
  const [before, processor] = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user, system } = process.cpuUsage(processor);
  return [result, { clock: (performance.now() - before) / 1e3, processor: (user + system) / 1e6 }];
}

function median(times: readonly Time[], of: keyof Time): number {
  return times.map((time) => time[of]).toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

function scene(side: number): ColourImage {
  const random = new Random(1, "benchmark");
  const drawn = drawScene([side, side], ["disc", "box", "triangle"], random);
  return {
    width: side,
    height: side,
    channels: 3,
    levels: Float32Array.from(renderScene(drawn, random).image),
  };
}

/** −log p of uncertain guesses, [pixels, classes]. */
function guesses(pixels: number, classes: number): Float32Array {
  const random = new Random(2, "guesses");
  return Float32Array.from({ length: pixels * classes }, () => random.between(0, 3));
}

function measure(image: ColourImage, kernels: readonly PairwiseKernel[], classes: number): string {
  const { width, height } = image;
  const megapixels = (width * height) / 1e6;
  const unary = guesses(width * height, classes);
  const field: Time[] = [];
  const blur: Time[] = [];
  for (let round = 0; round < rounds; round++) {
    field.push(timed(() => meanField(unary, classes, kernels, iterations))[1]);
    blur.push(
      timed(() => {
        let map = { width, height, channels: classes, data: unary };
        for (let i = 0; i < iterations; i++) map = { ...map, data: blurSeparably(map, blurDeviation).data };
      })[1],
    );
  }
  const cell = (times: readonly Time[], of: keyof Time) => (median(times, of) / megapixels).toFixed(2);
  const ratio = median(field, "processor") / median(blur, "processor");
  return `| ${height}×${width} | ${classes} | ${cell(field, "processor")} | ${cell(field, "clock")} | ${cell(blur, "processor")} | ${cell(blur, "clock")} | ${ratio.toFixed(2)} |`;
}

console.log(
  `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; ` +
    `seconds per megapixel for ${iterations} iterations, medians of ${rounds}; blur: standard deviation ${blurDeviation} pixels\n`,
);
console.log(
  "| image | classes | CRF, processor time | wall clock | blurs, processor time | wall clock | ratio |\n|-|-|-|-|-|-|-|",
);
const building: string[] = [];
for (const side of sides) {
  const image = scene(side);
  const [kernels, time] = timed(() => imageKernels(image, deepLabParameters));
  building.push(`${side}×${side} ${((time.processor * 1e6) / side ** 2).toFixed(2)}`);
  for (const classes of [2, 11, 21]) console.log(measure(image, kernels, classes));
}
console.log(`\nbuilding both lattices, seconds of processor time per megapixel: ${building.join(", ")}`);
