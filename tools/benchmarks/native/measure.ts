/**
 * Training steps and predictions of a U-Net on an engine, in a process of its own; prints one line of JSON.
 * `npx tsx tools/benchmarks/native/measure.ts ENGINE BATCH SIZE WIDTH ROUNDS`
 */
import { join } from "node:path";
import { engineNames, loadEngine } from "../../../runtime/engines/engines.ts";
import { setThreads } from "../../../runtime/engines/threads.ts";
import { Random } from "../../../runtime/random.ts";
import { packageRoot } from "../../host/package-root.ts";
import { loadNetwork } from "../../library/load-network.ts";

const [engineName = "native", ...numbers] = process.argv.slice(2);
const [batch = 1, size = 256, width = 32, rounds = 7] = numbers.map(Number);

const name = engineNames.find((one) => one === engineName);
if (name === undefined) throw new Error(`there is no engine ${engineName}`);
setThreads(2);

const file = join(packageRoot(), "tools/benchmarks/native/unet.fcn");
const { graph } = loadNetwork(file, { settings: { width: String(width) } }).network;
const random = new Random(1);
const data = Float32Array.from({ length: batch * size * size }, () => random.normal());
const inputs = new Map([["image", { data, shape: [batch, size, size, 1] as const }]]);
const labels = Int32Array.from({ length: batch * size * size }, () => random.integer(2));
const targets = new Map([
  ["labels", { kind: "labels" as const, data: labels, shape: [batch, size, size] as const }],
]);
const term = { kind: "cross_entropy", weights: undefined, reduction: "mean" } as const;
const optimizer = {
  kind: "sgd",
  learningRate: 0.01,
  momentum: 0.9,
  nesterov: false,
  weightDecay: 0,
} as const;

/** Milliseconds on the clock and of all threads of this process: medians after two rounds that prepare. */
async function medians(task: () => Promise<unknown>) {
  const first = performance.now();
  await task();
  const preparing = performance.now() - first;
  await task();
  const walls: number[] = [];
  const processor: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [began, used] = [performance.now(), process.cpuUsage()];
    await task();
    walls.push(performance.now() - began);
    const { user, system } = process.cpuUsage(used);
    processor.push((user + system) / 1000);
  }
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  return { wall: median(walls), processor: median(processor), preparing };
}

const engine = await loadEngine(name);
const trainer = await engine.open(graph, {
  seed: 1,
  training: {
    outputs: new Map([["labels", { loss: [{ factor: 1, term }], predicts: "classes" }]]),
    optimizer,
  },
});
const train = await medians(() => trainer.step(inputs, targets, 0.01));
const memory = process.resourceUsage().maxRSS / 1024;
trainer.close();
const predictor = await engine.open(graph, { seed: 1 });
const predict = await medians(() => predictor.predict(inputs));
predictor.close();
console.log(JSON.stringify({ train, predict, memory }));
process.exit(0);
