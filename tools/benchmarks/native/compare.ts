/**
 * A U-Net's training step and prediction on the native engine beside PyTorch and the WebAssembly engine: processes in turn, so that
 * whatever else the machine does meets all alike. `npm run benchmark:native -- [--batch 1] [--size 256] [--width 32] [--processes 3]
 * [--rounds 7] [--wasm]`
 */
import { execFile } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { bundlePrograms } from "../../build/bundle.ts";
import { packageRoot } from "../../host/package-root.ts";

const run = promisify(execFile);
const { values } = parseArgs({
  options: {
    batch: { type: "string", default: "1" },
    size: { type: "string", default: "256" },
    width: { type: "string", default: "32" },
    processes: { type: "string", default: "3" },
    rounds: { type: "string", default: "7" },
    python: { type: "string", default: "/usr/bin/python3" },
    wasm: { type: "boolean", default: false },
  },
});

/** Milliseconds: on the clock, and of all threads. */
interface Times {
  readonly wall: number;
  readonly processor: number;
}

interface Measured {
  readonly train: Times;
  readonly predict: Times;
  /** A session and its first step, less one step; PyTorch has none. */
  readonly create?: Times;
  /** MB resident at most, after training. */
  readonly memory: number;
}

const folder = join(packageRoot(), "tools/benchmarks/native");
// bundled, as users run it: translating the sources as they are loaded takes memory of its own
const bundled = join(packageRoot(), ".build/benchmark-native");
await bundlePrograms(packageRoot(), bundled, {
  measure: "tools/benchmarks/native/measure.ts",
  "session-worker": "runtime/engines/native/worker/session-worker.ts",
});
const words = [values.batch, values.size, values.width, values.rounds];

async function measure(
  command: string,
  given: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Measured> {
  const { stdout } = await run(command, [...given], { env: { ...process.env, ...env }, cwd: packageRoot() });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Measured; // what measure.ts and reference.py print
}

const engine = (name: string) => [join(bundled, "measure.js"), name, ...words];
// threads that wait do not spin: their time would count as work on a machine that does other things
const patient = { OMP_WAIT_POLICY: "passive", GOMP_SPINCOUNT: "0" };

const subjects: Readonly<Record<string, () => Promise<Measured>>> = {
  PyTorch: () => measure(values.python, [join(folder, "reference.py"), ...words], patient),
  native: () => measure(process.execPath, engine("native")),
  "native, public operators": () => measure(process.execPath, engine("native"), { FCN_NATIVE_BLOCKED: "0" }),
  ...(values.wasm ? { wasm: () => measure(process.execPath, engine("wasm")) } : {}),
};

const found = new Map<string, Measured[]>();
for (let process = 0; process < Number(values.processes); process++) {
  for (const [name, subject] of Object.entries(subjects))
    found.set(name, [...(found.get(name) ?? []), await subject()]);
}

const middle = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const spread = (numbers: readonly number[]) =>
  `${Math.min(...numbers).toFixed(0)}–${Math.max(...numbers).toFixed(0)}`;

console.log(
  `U-Net, width ${values.width}, ${values.size}×${values.size}, batch ${values.batch}, 2 threads; ${cpus()[0]?.model}`,
);
console.log(
  `load of the machine afterwards: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}`,
);
console.log("| what | | ms on the clock | ms of processors | of PyTorch's clock | of its processors | MB |");
console.log("| - | - | - | - | - | - | - |");
for (const work of ["train", "predict"] as const) {
  for (const [name, measured] of found) {
    const of = (clock: "wall" | "processor", from: readonly Measured[]) =>
      from.map((one) => one[work][clock]);
    const ratio = (clock: "wall" | "processor") => {
      const pairs = measured.map(
        (one, i) => one[work][clock] / (found.get("PyTorch")?.[i]?.[work][clock] ?? Number.NaN),
      );
      return `${middle(pairs).toFixed(2)} (${Math.min(...pairs).toFixed(2)}–${Math.max(...pairs).toFixed(2)})`;
    };
    const [walls, processor] = [of("wall", measured), of("processor", measured)];
    const memory = work === "train" ? middle(measured.map((one) => one.memory)).toFixed(0) : "";
    console.log(
      `| ${work === "train" ? "training step" : "prediction"} | ${name} | ${middle(walls).toFixed(0)} (${spread(walls)}) | ${middle(processor).toFixed(0)} (${spread(processor)}) | ${ratio("wall")} | ${ratio("processor")} | ${memory} |`,
    );
  }
}
for (const [name, measured] of found) {
  const created = measured.flatMap(({ create, train }) => (create === undefined ? [] : [{ create, train }]));
  if (created.length === 0) continue;
  const times = (clock: "wall" | "processor") => created.map(({ create }) => create[clock]);
  const steps = (clock: "wall" | "processor") =>
    created.map(({ create, train }) => create[clock] / train[clock]);
  const [walls, processor] = [times("wall"), times("processor")];
  console.log(
    `| session creation, in training steps | ${name} | ${middle(walls).toFixed(0)} (${spread(walls)}) | ${middle(processor).toFixed(0)} (${spread(processor)}) | ${middle(steps("wall")).toFixed(1)} | ${middle(steps("processor")).toFixed(1)} | |`,
  );
}
