/**
 * Seconds a megapixel of the layer crf: what it adds to a prediction and to a training step of one 1x1 convolution, on one
 * synthetic scene. Prints a Markdown table.
 *
 *   npx tsx tools/benchmarks/crf-layer.ts [engine] [rounds] [sides, e.g. 256,512] [window, e.g. 7x7]
 *
 * Processor time is given beside time on the clock: on a machine that others use too, only the first compares.
 */
import { cpus, loadavg } from "node:os";
import { compile } from "../../compiler/compile.ts";
import type { Graph } from "../../compiler/network/graph.ts";
import type { MapBatch, TargetBatch } from "../../runtime/arrays.ts";
import { renderScene } from "../../runtime/data/synthetic/render.ts";
import { drawScene } from "../../runtime/data/synthetic/scene.ts";
import { chooseEngine } from "../../runtime/engines/choose.ts";
import type { EngineName, Session } from "../../runtime/engines/engine.ts";
import { Random } from "../../runtime/random.ts";
import { createFileHost } from "../host/file-sources.ts";

const iterations = 5;
const [asked = "wasm", roundsAsked = "3", sidesAsked = "256,512", window] = process.argv.slice(2);
const { engine } = await chooseEngine(asked as EngineName | "auto"); // an unknown name is refused there
const rounds = Number(roundsAsked);
const sides = sidesAsked.split(",").map(Number);

interface Time {
  readonly clock: number;
  readonly processor: number;
}

function network(classes: number, last: string): Graph {
  const text = `network N(classes = ${classes}) { input image [3, H, W] conv(classes, 1x1) ${last} output labels by softmax }`;
  const [compiled] = compile({ path: "benchmark.fcn", text }, createFileHost(), {}).networks;
  if (compiled === undefined) throw new Error("the benchmark's network does not compile");
  return compiled.graph;
}

function open(graph: Graph): Promise<Session> {
  const term = { kind: "cross_entropy", weights: undefined, labelSmoothing: 0, reduction: "mean" } as const;
  const optimizer = { kind: "sgd", learningRate: 0, momentum: 0, nesterov: false, weightDecay: 0 } as const;
  const outputs = new Map([["labels", { loss: [{ factor: 1, term }], predicts: "classes" as const }]]);
  return engine.open(graph, { seed: 1, training: { outputs, optimizer } });
}

async function timed(work: () => Promise<unknown>): Promise<Time> {
  const [before, processor] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(processor);
  return { clock: (performance.now() - before) / 1e3, processor: (user + system) / 1e6 };
}

/** Seconds; the first round warms up. */
async function median(work: () => Promise<unknown>): Promise<Time> {
  await work();
  const times: Time[] = [];
  for (let round = 0; round < rounds; round++) times.push(await timed(work));
  const middle = (of: keyof Time) =>
    times.map((time) => time[of]).toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
  return { clock: middle("clock"), processor: middle("processor") };
}

async function measure(side: number, classes: number): Promise<string> {
  const random = new Random(1, "benchmark");
  const scene = renderScene(drawScene([side, side], ["disc", "box", "triangle"], random), random);
  const image: MapBatch = {
    data: Float32Array.from(scene.image, (level) => level / 255),
    shape: [1, side, side, 3],
  };
  const inputs = new Map([["image", image]]);
  const labels = Int32Array.from(scene.labels, (label) => label % classes);
  const targets = new Map<string, TargetBatch>([
    ["labels", { kind: "labels", data: labels, shape: [1, side, side] }],
  ]);
  const cells: string[] = [];
  const [plain, field] = [
    await open(network(classes, "")),
    await open(
      network(
        classes,
        `crf(image, iterations = ${iterations}${window === undefined ? "" : `, window = ${window}`})`,
      ),
    ),
  ];
  for (const work of [
    (session: Session) => session.predict(inputs),
    (session: Session) => session.step(inputs, targets, 0),
  ]) {
    const [without, within] = [await median(() => work(plain)), await median(() => work(field))];
    for (const of of ["processor", "clock"] as const)
      cells.push(((within[of] - without[of]) / (side ** 2 / 1e6)).toFixed(2));
  }
  plain.close();
  field.close();
  return `| ${side}×${side} | ${classes} | ${cells.join(" | ")} |`;
}

console.log(
  `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; engine ${engine.name}; ` +
    `seconds per megapixel for ${iterations} iterations, medians of ${rounds}\n`,
);
console.log(
  "| image | classes | inference, processor time | wall clock | step, processor time | wall clock |\n|-|-|-|-|-|-|",
);
for (const side of sides) for (const classes of [2, 11, 21]) console.log(await measure(side, classes));
console.log(`\nload at the end ${loadavg()[0]?.toFixed(1)}`);
