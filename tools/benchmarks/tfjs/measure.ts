/** One side of the comparison: processor time of an example's training steps and predictions with the sources of one checkout. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface Asked {
  readonly engine: "wasm" | "cpu";
  readonly example: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly size: number;
  readonly batch: number;
  readonly run: "predict" | "train";
  /** The first ones prepare and compile. */
  readonly warm: number;
  readonly measured: number;
}

export interface Answered {
  /** Of the measured runs, milliseconds each; `undefined`: it does not run. */
  readonly processor: readonly number[] | undefined;
  readonly loss: number | undefined;
  /** Why it does not run. */
  readonly error?: string;
}

const [root = "."] = process.argv.slice(2);

/** Modules of the other checkout: these are the names and shapes that both share. */
async function from<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(join(root, path)).href)) as T;
}

const { compile } = await from<typeof import("../../../compiler/compile.ts")>("compiler/compile.ts");
const { shapeAt } = await from<typeof import("../../../compiler/analyses/inspect/sizes-asked.ts")>(
  "compiler/analyses/inspect/sizes-asked.ts",
);
const { emptyBatch } = await from<typeof import("../../../runtime/engines/empty-batch.ts")>(
  "runtime/engines/empty-batch.ts",
);
const { inputSizes } = await from<typeof import("../../../runtime/engines/input-sizes.ts")>(
  "runtime/engines/input-sizes.ts",
);
const { loadEngine } = await from<typeof import("../../../runtime/engines/engines.ts")>(
  "runtime/engines/engines.ts",
);
const { sessionTraining } = await from<typeof import("../../../runtime/training/session-training.ts")>(
  "runtime/training/session-training.ts",
);
const { createFileHost } = await from<typeof import("../../host/file-sources.ts")>(
  "tools/host/file-sources.ts",
);
const { Random } = await from<typeof import("../../../runtime/random.ts")>("runtime/random.ts");

async function measure(asked: Asked): Promise<Answered> {
  const path = join(root, "examples", asked.example);
  const source = { path, text: readFileSync(path, "utf8") };
  const settings = new Map(Object.entries(asked.settings));
  const [network] = compile(source, createFileHost(), { settings }).networks;
  if (network === undefined) throw new Error(`${asked.example} does not compile`);
  const shaped = shapeAt(network.graph, [asked.size, asked.size]);
  if (shaped.kind === "refused") throw new Error(shaped.message);
  const engine = await loadEngine(asked.engine);
  const training = asked.run === "train" ? sessionTraining(network) : undefined;
  const session = await engine.open(
    network.graph,
    training === undefined ? { seed: 1 } : { seed: 1, training },
  );
  const { inputs, targets } = emptyBatch(network.graph, inputSizes(shaped), training, asked.batch);
  const random = new Random(1, "benchmark");
  for (const { data } of inputs.values())
    for (let i = 0; i < data.length; i++) data[i] = random.between(-1, 1);
  const processor: number[] = [];
  let loss: number | undefined;
  for (let i = 0; i < asked.warm + asked.measured; i++) {
    const before = process.cpuUsage();
    if (training === undefined) await session.predict(inputs);
    else loss = (await session.step(inputs, targets, 1e-6)).loss;
    const { user, system } = process.cpuUsage(before);
    if (i >= asked.warm) processor.push((user + system) / 1000);
  }
  session.close();
  return { processor, loss };
}

process.on("message", (asked: Asked) => {
  measure(asked).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ processor: undefined, loss: undefined, error: String(error) }),
  );
});
