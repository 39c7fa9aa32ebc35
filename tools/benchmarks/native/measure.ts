/**
 * Training steps and predictions of a network on an engine, in a process of its own; prints one line of JSON.
 * Arguments: ENGINE NETWORK BATCH SIZE ROUNDS
 */
import type { Session } from "../../../runtime/engines/engine.ts";
import { engineNames, loadEngine } from "../../../runtime/engines/engines.ts";
import { setThreads } from "../../../runtime/engines/threads.ts";
import { type Measured, medians, timed } from "./measured.ts";
import { benchmarkNames, workload } from "./networks.ts";

const [engineName, networkName, ...numbers] = process.argv.slice(2);
const [batch = 1, size = 256, rounds = 7] = numbers.map(Number);
const name = engineNames.find((one) => one === engineName);
if (name === undefined) throw new Error(`there is no engine ${engineName}`);
const networkCalled = benchmarkNames.find((one) => one === networkName);
if (networkCalled === undefined) throw new Error(`there is no network ${networkName}`);
setThreads(2);

const { network, training, inputs, targets } = workload(networkCalled, batch, size);
const { graph } = network;
const engine = await loadEngine(name);
let opened: Session | undefined;
// with the engine's thread, and the programs and models of the first step
const first = await timed(async () => {
  opened = await engine.open(graph, { seed: 1, training });
  await opened.step(inputs, targets, 0.01);
});
if (opened === undefined) throw new Error("a session was opened");
const trainer: Session = opened;
const train = await medians(rounds, () => trainer.step(inputs, targets, 0.01));
const memory = process.resourceUsage().maxRSS / 1024;
trainer.close();
const create = { wall: first.wall - train.wall, processor: first.processor - train.processor };
const predictor = await engine.open(graph, { seed: 1 });
const predict = await medians(rounds, () => predictor.predict(inputs));
predictor.close();
console.log(JSON.stringify({ train, predict, create, memory } satisfies Measured));
process.exit(0);
