/** An emitted TypeScript module run by TensorFlow.js, compared with the same network on our engine. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import type { PerAxis } from "../../../compiler/axis.ts";
import type { CompiledNetwork } from "../../../compiler/compile.ts";
import { isInput } from "../../../compiler/ops/input.ts";
import { identifier } from "../../../compiler/targets/typescript/body/names.ts";
import { moduleText } from "../../../compiler/targets/typescript/module/module.ts";
import { typescript } from "../../../compiler/targets/typescript/typescript.ts";
import type { MapBatch, TargetBatch } from "../../../runtime/arrays.ts";
import { emptyBatch } from "../../../runtime/engines/empty-batch.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { dropoutSeed } from "../../../runtime/engines/feeds/dropout-mask.ts";
import { inputSizes } from "../../../runtime/engines/input-sizes.ts";
import { Random } from "../../../runtime/random.ts";
import { sessionTraining } from "../../../runtime/training/session-training.ts";
import { encodeSafetensors } from "../../../runtime/weights/safetensors.ts";
import { packageRoot } from "../../host/package-root.ts";
import { fittingSize, livelySubject } from "./compare-onnx.ts";
import { livelyWeights } from "./lively-weights.ts";
import {
  type Driver,
  type DriverModule,
  driverText,
  type PlainArrays,
  type PlainMask,
} from "./typescript-driver.ts";

const seed = 1;
const steps = 10;
const rate = 1e-4;
/** Gradients below this share of the largest of all are compared with this share of it. */
const leastShare = 1e-3;
/** Below this share of the largest a gradient in float64 is 0 but for rounding, as that of a bias before a normalisation. */
const zeroShare = 1e-9;

export interface TypeScriptComparison {
  /** The largest |module − engine| over the largest |engine|: over outputs and sizes. */
  readonly outputs: number;
  /** Over all weights, each relative to its own largest gradient, or to a thousandth of the largest of all. */
  readonly gradients: number;
  /** The weight that differs most. */
  readonly gradientAt: string;
  /** Relative, of each step. */
  readonly losses: readonly number[];
  /** More tensors after the last step than after the second. */
  readonly leaked: number;
  readonly sizes: readonly PerAxis<number>[];
}

/** Emits a module. @throws Error where it is refused */
export async function emittedModule(
  network: CompiledNetwork,
): Promise<{ readonly name: string; readonly text: string }> {
  const emission = await typescript.emit(livelySubject(network));
  if (emission.kind === "refused")
    throw new Error(emission.diagnostics.map(({ message }) => message).join("; "));
  const [file] = emission.files;
  if (file === undefined) throw new Error("no file is emitted");
  return { name: file[0], text: new TextDecoder().decode(file[1]) };
}

/** The same program, for those who run it and do not read it: to format it takes longer than to run it. */
export async function plainModule(
  network: CompiledNetwork,
): Promise<{ readonly name: string; readonly text: string }> {
  const { text, className } = await moduleText(livelySubject(network));
  return { name: `${className}.ts`, text };
}

export async function compareTypeScript(
  network: CompiledNetwork,
  asked: readonly { readonly size: PerAxis<number>; readonly batch: number }[],
  backend = "cpu",
  emitted = emittedModule,
): Promise<TypeScriptComparison> {
  const { graph } = network;
  const module = await emitted(network);
  const training = sessionTraining(network);
  const engine = await loadEngine("wasm");
  await engine.probe(); // registers its backend, on which the module may run too
  const sizes = asked.map(({ size, batch }) => ({ size: fittingSize(network, size), batch }));
  const weights = livelyWeights(graph, seed);
  const file = Buffer.concat(encodeSafetensors({ weights, metadata: new Map() }));
  return withDriver(network, module, backend, async (driver) => {
    driver.load(file);
    const session = await engine.open(graph, { seed, training });
    try {
      await session.writeWeights(weights);
      let outputs = 0;
      for (const { size, batch } of sizes) {
        const { inputs } = batchAt(network, size, batch);
        const expected = await session.predict(inputs);
        const found = await driver.apply(plain(inputs));
        for (const [name, { data }] of expected)
          outputs = Math.max(outputs, difference(data, found[identifier(name)]?.data));
      }
      const [first] = sizes;
      if (first === undefined) throw new Error("no size is asked");
      const { inputs, targets } = batchAt(network, first.size, 2);
      const given = plainTargets(targets);
      const noMask: PlainMask = (_, shape) => new Float32Array(count(shape)).fill(1);
      const expected = await session.gradients(inputs, targets);
      const found = await driver.gradients(plain(inputs), given, noMask);
      const furthest = furthestGradient(expected, new Map(Object.entries(found)));
      const losses: number[] = [];
      let tensors = 0;
      for (let step = 0; step < steps; step += 1) {
        const { loss } = await session.step(inputs, targets, rate);
        const mask = maskOf(dropoutSeed(seed, step));
        const own = await driver.step(plain(inputs), given, rate, mask);
        losses.push(Math.abs(own - loss) / Math.max(Math.abs(loss), 1e-6));
        if (step === 1) tensors = driver.tensors();
      }
      return {
        outputs,
        gradients: furthest.distance,
        gradientAt: furthest.name,
        losses,
        leaked: driver.tensors() - tensors,
        sizes: sizes.map(({ size }) => size),
      };
    } finally {
      session.close();
      driver.dispose();
    }
  });
}

/** The module with its driver, in Node. */
export async function withDriver<T>(
  { graph }: CompiledNetwork,
  { name, text }: { readonly name: string; readonly text: string },
  backend: string,
  use: (driver: Driver) => Promise<T>,
): Promise<T> {
  const single = graph.nodes.filter(isInput).length === 1;
  const driver = driverText(name.replace(/\.ts$/, ""), single);
  return withBundle(new Map([[name, text]]), driver, async (bundle) => {
    const { open } = bundle as DriverModule; // what the text above exports
    return use(await open(backend));
  });
}

/**
 * A script and the modules beside it, bundled into a folder of the package, where Node finds TensorFlow.js.
 *
 * @param use is called with what the script exports
 */
export async function withBundle<T>(
  modules: ReadonlyMap<string, string>,
  script: string,
  use: (bundle: unknown) => Promise<T>,
): Promise<T> {
  const { build } = await import("esbuild");
  const parent = join(packageRoot(), ".build");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "typescript-"));
  try {
    for (const [name, text] of modules) await writeFile(join(folder, name), text);
    const entry = join(folder, "entry.js");
    await writeFile(entry, script);
    const outfile = join(folder, "bundle.mjs");
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      packages: "external",
      logLevel: "error",
    });
    return await use(await import(pathToFileURL(outfile).href));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function bundledSize(text: string): Promise<number> {
  const { transform } = await import("esbuild");
  const { code } = await transform(text, { loader: "ts", minify: true, format: "esm" });
  return Buffer.byteLength(code);
}

/** Random inputs and targets; some positions are unknown. */
export function batchAt(network: CompiledNetwork, size: PerAxis<number>, batch: number, batchSeed = seed) {
  const shaped = shapeAt(network.graph, size);
  if (shaped.kind === "refused") throw new Error(shaped.message);
  const training = sessionTraining(network);
  const { inputs, targets } = emptyBatch(network.graph, inputSizes(shaped), training, batch);
  for (const [name, { data }] of inputs) {
    const random = new Random(batchSeed, `${name} ${size.join("x")}`);
    for (let i = 0; i < data.length; i += 1) data[i] = random.uniform();
  }
  for (const [name, target] of targets) {
    const random = new Random(batchSeed, `target ${name} ${size.join("x")}`);
    fill(target, random, training.outputs.get(name)?.loss.map(({ term }) => term.kind) ?? []);
  }
  return { inputs, targets };
}

const unknown = 0.1;
const centreShare = 0.05;

function fill(target: TargetBatch, random: Random, losses: readonly string[], classes = 2): void {
  if (target.kind === "labels") {
    for (let i = 0; i < target.data.length; i += 1)
      target.data[i] = random.uniform() < unknown ? -1 : random.integer(classes);
    return;
  }
  const channels = target.shape[3];
  for (let position = 0; position < target.valid.length; position += 1) {
    target.valid[position] = random.uniform() < unknown ? 0 : 1;
    const values = Array.from({ length: channels }, () => random.between(0.1, 1));
    const length = losses.includes("cosine")
      ? Math.hypot(...values)
      : losses.includes("soft_cross_entropy")
        ? values.reduce((sum, value) => sum + value, 0)
        : 1;
    // heat maps are 1 at a centre
    const heat = losses.includes("gaussian_focal");
    values.forEach((value, channel) => {
      const isCentre = heat && random.uniform() < centreShare;
      target.data[position * channels + channel] = isCentre ? 1 : value / length;
    });
  }
}

export function plain(maps: ReadonlyMap<string, MapBatch>): PlainArrays {
  return Object.fromEntries([...maps].map(([name, { data, shape }]) => [identifier(name), { data, shape }]));
}

/** Unknown positions are -1 or NaN. */
export function plainTargets(targets: ReadonlyMap<string, TargetBatch>): PlainArrays {
  return Object.fromEntries(
    [...targets].map(([name, target]) => {
      if (target.kind === "labels") return [identifier(name), { data: target.data, shape: target.shape }];
      const channels = target.shape[3];
      const data = target.data.map((value, i) =>
        target.valid[Math.floor(i / channels)] === 0 ? Number.NaN : value,
      );
      return [identifier(name), { data, shape: target.shape }];
    }),
  );
}

/** As the engine draws them (runtime/engines/feeds/dropout-mask.ts), channels last. */
export function maskOf(stepSeed: number): PlainMask {
  return (layer, shape, probability) => {
    const random = new Random(stepSeed, layer);
    const kept = probability < 1 ? 1 / (1 - probability) : 0;
    return Float32Array.from({ length: count(shape) }, () => (random.uniform() < probability ? 0 : kept));
  };
}

export function count(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

type Gradients = ReadonlyMap<string, { readonly data: ArrayLike<number> }>;

/**
 * The weight whose gradient is furthest off, relative to its largest, or to a thousandth of the largest of all. Where the expected
 * one is 0, what is found is the rounding of sums that cancel: it is relative to the largest of all.
 */
export function furthestGradient(
  expected: Gradients,
  found: Gradients,
): { readonly name: string; readonly distance: number } {
  const overall = Math.max(...[...expected.values()].map(({ data }) => largestOf(data)));
  let furthest = { name: "", distance: 0 };
  for (const [name, { data }] of expected) {
    // A weight that the loss does not depend on has no gradient on the tape.
    const given = found.get(name)?.data ?? new Float32Array(data.length);
    const isZero = largestOf(data) <= zeroShare * overall;
    const distance = difference(data, given, (isZero ? 1 : leastShare) * overall);
    if (!(distance <= furthest.distance)) furthest = { name, distance };
  }
  return furthest;
}

/** The largest difference over the largest expected value; infinite where values are missing. */
export function difference(
  expected: ArrayLike<number>,
  found: ArrayLike<number> | undefined,
  least = 1e-12,
): number {
  if (found === undefined || found.length !== expected.length) return Number.POSITIVE_INFINITY;
  const largest = Math.max(least, largestOf(expected));
  let apart = 0;
  for (let i = 0; i < expected.length; i += 1) {
    const here = Math.abs((expected[i] ?? 0) - (found[i] ?? Number.NaN));
    apart = here > apart || Number.isNaN(here) ? here : apart;
  }
  return apart / largest;
}

function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i += 1) largest = Math.max(largest, Math.abs(values[i] ?? 0));
  return largest;
}
