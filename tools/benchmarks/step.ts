/**
 * Milliseconds a training step of a padded U-Net: `npx tsx tools/benchmarks/step.ts [engine] [width] [size] [batch] [steps]`.
 * Prints the median, the least and the memory the process holds. Defaults: wasm 8 96 4 20.
 */
import { Refusal } from "../../compiler/diagnostics/problem.ts";
import { GraphBuilder, noOrigin } from "../../compiler/network/build.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { Attributes, OperationName } from "../../compiler/ops/attributes.ts";
import { chooseEngine } from "../../runtime/engines/choose.ts";
import type { EngineName } from "../../runtime/engines/engine.ts";
import { Random } from "../../runtime/random.ts";

const [engineName = "wasm", ...numbers] = process.argv.slice(2);
const [width = 8, size = 96, batch = 4, steps = 20] = numbers.map(Number);

const { engine, report } = await chooseEngine(engineName as EngineName | "auto"); // an unknown name is refused there
const session = await engine.open(uNet(width), {
  seed: 1,
  training: {
    outputs: new Map([
      [
        "labels",
        {
          loss: [
            {
              factor: 1,
              term: { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" },
            },
          ],
          predicts: "classes",
        },
      ],
    ]),
    optimizer: { kind: "sgd", learningRate: 0.01, momentum: 0.9, nesterov: false, weightDecay: 0 },
  },
});
const random = new Random(1);
const pixels = batch * size * size;
const images = Float32Array.from({ length: pixels }, () => random.normal());
const labels = Int32Array.from({ length: pixels }, () => random.integer(2));
const times: number[] = [];
for (let i = 0; i < steps + 3; i++) {
  const begin = performance.now();
  await session.step(
    new Map([["image", { data: images, shape: [batch, size, size, 1] }]]),
    new Map([["labels", { kind: "labels", data: labels, shape: [batch, size, size] }]]),
    0.01,
  );
  if (i >= 3) times.push(performance.now() - begin); // the first steps grow memory and compile
}
times.sort((a, b) => a - b);
const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
const least = times[0] ?? Number.NaN;
const memory = process.memoryUsage.rss() / 2 ** 20;
console.log(report.description);
console.log(
  `width ${width}, ${size}×${size}, batch ${batch}: median ${median.toFixed(1)} ms, minimum ${least.toFixed(1)} ms, ${memory.toFixed(0)} MB`,
);
session.close();

/** examples/u-net.fcn with its defaults, for one channel and two classes. */
function uNet(width: number): Graph {
  const builder = new GraphBuilder("u-net");
  const margin = { before: 1, after: 1 };
  const none = { before: 0, after: 0 };
  const add = <O extends OperationName>(
    operation: O,
    attributes: Attributes[O],
    ...inputs: readonly number[]
  ): number => {
    const name = `${operation}${builder.length}`;
    const node = builder.append({ operation, attributes, inputs, name, origin: noOrigin });
    if (node instanceof Refusal) throw new Error(node.problem.code);
    return node;
  };
  const weights = { groups: 1, bias: true, init: { kind: "he" }, frozen: false } as const;
  const conv = (from: number, channels: number, kernel: 1 | 3) => {
    const padding = kernel === 3 ? ([margin, margin] as const) : ([none, none] as const);
    const shape = { kernel: [kernel, kernel], stride: [1, 1], dilation: [1, 1] } as const;
    return add("conv", { ...weights, ...shape, channels, padding }, from);
  };
  const twice = (from: number, channels: number) =>
    add("relu", {}, conv(add("relu", {}, conv(from, channels, 3)), channels, 3));
  const windows = { kernel: [2, 2], stride: [2, 2], dilation: [1, 1], padding: [none, none] } as const;
  const dimension = (symbol: string) => ({ symbol, scale: 1, shift: 0 });
  let map = add("input", { name: "image", channels: 1, size: [dimension("H"), dimension("W")] });
  const levels: number[] = [];
  for (let i = 0; i < 4; i++) {
    map = twice(map, width * 2 ** i);
    levels.push(map);
    map = add("maxpool", { ...windows, ceil: false }, map);
  }
  map = twice(map, width * 16);
  for (const [i, level] of [...levels.entries()].reverse()) {
    map = add("transposed_conv", { ...weights, ...windows, channels: width * 2 ** i }, map);
    map = twice(add("concat", {}, level, map), width * 2 ** i);
  }
  const logits = conv(map, 2, 1);
  const node = add("softmax", {}, logits);
  const graph = builder.finish([{ name: "labels", node, logits, activation: "softmax" }], undefined);
  if (graph instanceof Refusal) throw new Error(graph.problem.code);
  return graph;
}
