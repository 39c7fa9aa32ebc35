/**
 * How much a process grows while the native engine predicts with a network, or trains it; prints one number, in bytes. A process of its
 * own for each, since what a process had once stays with it.
 * Arguments: EXAMPLE SETTINGS SIZE BATCH predict|train [RECOMPUTATION], settings and recomputation as JSON
 */
import { join } from "node:path";
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import type { Recomputation } from "../../../compiler/tensors/passes/recompute/dropped-values.ts";
import { emptyBatch } from "../../../runtime/engines/empty-batch.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { inputSizes } from "../../../runtime/engines/input-sizes.ts";
import { setThreads } from "../../../runtime/engines/threads.ts";
import { Random } from "../../../runtime/random.ts";
import { sessionTraining } from "../../../runtime/training/session-training.ts";
import { packageRoot } from "../../host/package-root.ts";
import { loadNetwork } from "../../library/load-network.ts";

const [example = "", settings = "{}", size = "", batch = "", purpose = "train", again] =
  process.argv.slice(2);
setThreads(2);
const given = JSON.parse(settings) as Record<string, string>; // as native.ts writes them
const { network } = loadNetwork(join(packageRoot(), "examples", example), { settings: given });
const shaped = shapeAt(network.graph, [Number(size), Number(size)]);
if (shaped.kind === "refused") throw new Error(shaped.message);
const recomputation = again === undefined ? undefined : (JSON.parse(again) as Recomputation); // as native.ts writes it
const training = purpose === "train" ? { ...sessionTraining(network), recomputation } : undefined;
const { inputs, targets } = emptyBatch(network.graph, inputSizes(shaped), training, Number(batch));
const random = new Random(1, "memory");
for (const { data } of inputs.values()) for (let i = 0; i < data.length; i++) data[i] = random.between(-1, 1);

const engine = await loadEngine("native");
const before = process.memoryUsage().rss;
const session = await engine.open(
  network.graph,
  training === undefined ? { seed: 1 } : { seed: 1, training },
);
for (let step = 0; step < 4; step++) {
  if (training === undefined) await session.predict(inputs);
  else await session.step(inputs, targets, 1e-6);
}
console.log(process.resourceUsage().maxRSS * 1024 - before);
process.exit(0);
