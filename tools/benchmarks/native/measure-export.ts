/**
 * Predictions of an emitted ONNX model on ONNX Runtime as its users run it, in a process of its own; prints one line of JSON.
 * Arguments: MODEL NETWORK BATCH SIZE ROUNDS
 */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { channelsFirst } from "../../../runtime/engines/feeds/channels-first.ts";
import { type Measured, medians } from "./measured.ts";
import { benchmarkNames, workload } from "./networks.ts";

const [model = "", networkName, ...numbers] = process.argv.slice(2);
const [batch = 1, size = 256, rounds = 7] = numbers.map(Number);
const networkCalled = benchmarkNames.find((one) => one === networkName);
if (networkCalled === undefined) throw new Error(`there is no network ${networkName}`);

const { inputs } = workload(networkCalled, batch, size);
const feeds: Record<string, Tensor> = {};
for (const [name, { data, shape }] of inputs) {
  const [images, height, width, channels] = shape;
  feeds[name] = new Tensor("float32", channelsFirst(data, shape), [images, channels, height, width]);
}
const session = await InferenceSession.create(model, {
  intraOpNumThreads: 2,
  logSeverityLevel: 3,
});
const predict = await medians(rounds, () => session.run(feeds));
console.log(JSON.stringify({ predict } satisfies Measured));
process.exit(0);
