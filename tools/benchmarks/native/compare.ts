/**
 * Training steps and predictions on the native engine beside PyTorch, ONNX Runtime on an ordinary export, and the WebAssembly engine:
 * processes in turn, so that whatever else the machine does meets all alike. Threads wait as each library's do when nobody says
 * anything, which is mostly by spinning: that time counts as processor time, and on a busy machine it keeps others away.
 *
 *   npm run benchmark:native -- [--network u-net … | all] [--batch 1] [--size 256] [--processes 3] [--rounds 7] [--wasm]
 *   npm run benchmark:native -- --network segnet --profile    # what the kernels of ONNX Runtime take, by their kind
 *   npm run benchmark:native -- --network all --short         # that everything runs: small images, one round
 */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command, InvalidArgumentError, Option } from "commander";
import { initialiseWeights } from "../../../runtime/weights/initialise.ts";
import { weightsOf } from "../../../runtime/weights/weight-name.ts";
import { bundlePrograms } from "../../build/bundle.ts";
import { packageRoot } from "../../host/package-root.ts";
import { askTorch, debianPython } from "../../pytorch/request.ts";
import { livelySubject } from "../../verify/targets/compare-onnx.ts";
import { modelOf } from "../../verify/targets/emit-model.ts";
import type { Measured } from "./measured.ts";
import { type BenchmarkName, benchmarkNames, benchmarkNetworks, workload } from "./networks.ts";
import { kernelTimes } from "./profile.ts";
import { creationRows, timeRows } from "./tables.ts";

const run = promisify(execFile);

interface Options {
  readonly network: readonly (BenchmarkName | "all")[];
  readonly batch?: number;
  readonly size: number;
  readonly processes: number;
  readonly rounds: number;
  readonly python: string;
  readonly wasm: boolean;
  readonly short: boolean;
  readonly profile: boolean;
}

/** What is measured in turn. */
type Subjects = Readonly<Record<string, () => Promise<Measured>>>;

const bundled = join(packageRoot(), ".build/benchmark-native");

async function measure(given: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Measured> {
  const options = { env: { ...process.env, ...env }, cwd: packageRoot() };
  const { stdout } = await run(process.execPath, [...given], options);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Measured; // what measure.ts and measure-export.ts print
}

async function subjectsFor(name: BenchmarkName, batch: number, options: Options): Promise<Subjects> {
  const { size, rounds, wasm } = options;
  const { network, ...work } = workload(name, batch, size);
  const words = [name, batch, size, rounds].map(String);
  const engine = (engineName: string) => [join(bundled, "measure.js"), engineName, ...words];
  const model = join(bundled, `${name}.onnx`);
  await writeFile(model, modelOf(livelySubject(network)));
  const weights = weightsOf(network.graph).filter(({ specification }) => specification.trainable);
  const parameters = weights.reduce(
    (sum, { specification }) => sum + specification.shape.reduce((count, extent) => count * extent, 1),
    0,
  );
  const initial = [...initialiseWeights(network.graph, 1)].map(
    ([key, array]) => [`weights/${key}`, array] as const,
  );
  // memory that is given back to the system comes again page by page: a fifth of a prediction of four images
  const keeping = { MALLOC_MMAP_MAX_: "0", MALLOC_TRIM_THRESHOLD_: String(2 ** 33) };
  const torch = async (numbers: Readonly<Record<string, number>>, env: NodeJS.ProcessEnv = keeping) => {
    const request = { ...work, graph: network.graph, arrays: new Map(initial) };
    const all = { ...request, numbers: { threads: 2, rounds, ...numbers } };
    return (await askTorch("speed.py", all, { python: options.python, env })).printed;
  };
  const { version, train, predict } = (await torch({ tune: 1 })) as Tuned; // what speed.py prints
  console.log(
    `PyTorch ${version}, tuned: a step by ${tuning(train)}, a prediction by ${tuning(predict)}; ${parameters.toLocaleString("en")} parameters on both sides`,
  );
  return {
    PyTorch: async () => {
      const ways = { ...prefixed("train", train), ...prefixed("predict", predict) };
      // what speed.py prints
      const found = (await torch(ways)) as Measured & { readonly parameters: number };
      const { memory } = (await torch({ ...ways, memory: 1 }, {})) as Pick<Measured, "memory">;
      if (found.parameters !== parameters)
        throw new Error(`PyTorch's network has ${found.parameters} parameters, and ours ${parameters}`);
      return { ...found, ...(memory !== undefined && { memory }) };
    },
    native: () => measure(engine("native")),
    "native, public operators": () => measure(engine("native"), { FCN_NATIVE_BLOCKED: "0" }),
    "ONNX Runtime, emitted model": () => measure([join(bundled, "measure-export.js"), model, ...words]),
    ...(wasm && { wasm: () => measure(engine("wasm")) }),
  };
}

/** By name 1 or 0: what was found to be faster. */
type Ways = Readonly<Record<string, number>>;

interface Tuned {
  readonly version: string;
  readonly train: Ways;
  readonly predict: Ways;
}

function prefixed(work: string, ways: Ways): Ways {
  return Object.fromEntries(Object.entries(ways).map(([name, way]) => [`${work} ${name}`, way]));
}

/** "channels_last, 4 of 4 transposed convolutions by pixel shuffle, folded normalisation" */
function tuning(ways: Ways): string {
  const transposed = Object.entries(ways).filter(([name]) => name.startsWith("sub_pixel "));
  const shuffled = transposed.filter(([, way]) => way === 1).length;
  const form = ways["script"] === 1 ? "TorchScript with folded normalisation" : "folded normalisation";
  return [
    ways["channels_last"] === 1 ? "channels_last" : "contiguous tensors",
    ...(transposed.length === 0
      ? []
      : [`${shuffled} of ${transposed.length} transposed convolutions by pixel shuffle`]),
    ...(ways["folded"] === 1 ? [form] : []),
  ].join(", ");
}

async function compare(name: BenchmarkName, options: Options): Promise<void> {
  const { title, batch: usual } = benchmarkNetworks[name];
  const batch = options.batch ?? usual;
  const { size, processes, rounds } = options;
  const heading = `${title}: ${size}×${size}, batch ${batch}, 2 threads`;
  if (options.profile) {
    const environment = (prefix: string) => ({ FCN_NATIVE_PROFILE: prefix });
    const words = ["native", name, batch, size, rounds].map(String);
    const program = (prefix: string) => measure([join(bundled, "measure.js"), ...words], environment(prefix));
    console.log(`${heading}; kernels of ONNX Runtime\n\n${await kernelTimes(program, rounds + 3)}\n`);
    return;
  }
  console.log(`${heading}; medians of ${rounds} steps, and of ${processes} processes with their range`);
  const subjects = await subjectsFor(name, batch, options);
  const found = new Map<string, Measured[]>();
  for (let process = 0; process < processes; process++)
    for (const [subject, task] of Object.entries(subjects))
      found.set(subject, [...(found.get(subject) ?? []), await task()]);
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`${cpus()[0]?.model}; load of the machine afterwards: ${load.join(" ")}\n`);
  const head = [
    "what",
    "",
    "ms on the clock",
    "ms of processors",
    "of PyTorch's clock",
    "of its processors",
    "MB",
  ];
  console.log(`| ${head.join(" | ")} |\n|${" - |".repeat(head.length)}`);
  for (const row of [...timeRows(found), ...creationRows(found)]) console.log(row);
  console.log("");
}

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("must be a whole number ≥ 1");
  return value;
};

const given = new Command("benchmark:native")
  .addOption(
    new Option("--network <names...>", "networks to measure")
      .choices([...benchmarkNames, "all"])
      .default(["u-net"]),
  )
  .option("--batch <images>", "images a step; left out: that of the network's table", whole)
  .option("--size <pixels>", "pixels of a side", whole, 256)
  .option("--processes <number>", "processes of each, in turn", whole, 3)
  .option("--rounds <number>", "steps of each process", whole, 7)
  .option("--python <program>", "the interpreter that has PyTorch", debianPython)
  .option("--wasm", "the engine wasm too", false)
  .option("--short", "small images and one round: whether everything runs", false)
  .option("--profile", "what ONNX Runtime's kernels take, by their kind", false)
  .parse()
  .opts<Options>();
const short = given.short ? { size: 64, processes: 1, rounds: 1, wasm: true } : {};
await mkdir(bundled, { recursive: true });
// bundled, as users run it: translating the sources as they are loaded takes memory of its own
await bundlePrograms(packageRoot(), bundled, {
  measure: "tools/benchmarks/native/measure.ts",
  "measure-export": "tools/benchmarks/native/measure-export.ts",
  "session-worker": "runtime/engines/native/worker/session-worker.ts",
});
for (const name of benchmarkNames)
  if (given.network.includes("all") || given.network.includes(name))
    await compare(name, { ...given, ...short });
