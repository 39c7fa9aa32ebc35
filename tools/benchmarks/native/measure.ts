/**
 * Training steps and predictions of a U-Net on an engine, in a process of its own; prints one line of JSON.
 * Arguments: ENGINE BATCH SIZE WIDTH ROUNDS
 */
import { join } from "node:path";
import type { Session } from "../../../runtime/engines/engine.ts";
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

interface Times {
  /** Milliseconds on the clock, and of all threads of this process. */
  readonly wall: number;
  readonly processor: number;
}

async function timed(task: () => Promise<unknown>): Promise<Times> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  await task();
  const { user, system } = process.cpuUsage(used);
  return { wall: performance.now() - began, processor: (user + system) / 1000 };
}

/** Medians after two rounds that prepare. */
async function medians(task: () => Promise<unknown>): Promise<Times> {
  await task();
  await task();
  const found: Times[] = [];
  for (let round = 0; round < rounds; round++) found.push(await timed(task));
  const median = (of: (times: Times) => number) =>
    found.map(of).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
  return { wall: median(({ wall }) => wall), processor: median(({ processor }) => processor) };
}

const engine = await loadEngine(name);
const training = {
  outputs: new Map([["labels", { loss: [{ factor: 1, term }], predicts: "classes" as const }]]),
  optimizer,
};
let opened: Session | undefined;
// with the engine's thread, and the programs and models of the first step
const first = await timed(async () => {
  opened = await engine.open(graph, { seed: 1, training });
  await opened.step(inputs, targets, 0.01);
});
if (opened === undefined) throw new Error("a session was opened");
const trainer: Session = opened;
const train = await medians(() => trainer.step(inputs, targets, 0.01));
const memory = process.resourceUsage().maxRSS / 1024;
trainer.close();
const create = { wall: first.wall - train.wall, processor: first.processor - train.processor };
const predictor = await engine.open(graph, { seed: 1 });
const predict = await medians(() => predictor.predict(inputs));
predictor.close();
console.log(JSON.stringify({ train, predict, create, memory }));
process.exit(0);
