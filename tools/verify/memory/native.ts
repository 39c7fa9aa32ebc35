/** Forecasts for the native engine beside how much processes grow. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { memoryPeak } from "../../../compiler/analyses/cost/memory-schedule.ts";
import { shapeAt } from "../../../compiler/analyses/inspect/sizes-asked.ts";
import { compile } from "../../../compiler/compile.ts";
import type { Recomputation } from "../../../compiler/tensors/passes/recompute/dropped-values.ts";
import { loadEngine } from "../../../runtime/engines/engines.ts";
import { inputSizes } from "../../../runtime/engines/input-sizes.ts";
import { type TrainingLevel, trainingLevels } from "../../../runtime/training/fit-memory.ts";
import { sessionTraining } from "../../../runtime/training/session-training.ts";
import { bundlePrograms } from "../../build/bundle.ts";
import { createFileHost } from "../../host/file-sources.ts";
import { packageRoot } from "../../host/package-root.ts";
import type { MemoryComparison } from "./compare.ts";
import type { MemorySubject } from "./subjects.ts";

export interface GrowthSubject extends MemorySubject {
  readonly batch: number;
}

/** Wide and large enough that feature maps and weights are most of what a process takes. */
export const growthSubjects: readonly GrowthSubject[] = [
  { example: "u-net-batchnorm.fcn", settings: { width: "32" }, size: 128, batch: 1 },
  { example: "u-net-batchnorm.fcn", settings: { width: "32" }, size: 256, batch: 1 },
  { example: "u-net-batchnorm.fcn", settings: { width: "32" }, size: 256, batch: 4 },
  { example: "segnet.fcn", settings: { width: "32" }, size: 256, batch: 2 },
  { example: "deeplab-v3.fcn", settings: { width: "32" }, size: 257, batch: 2 },
  { example: "fcn-8s.fcn", settings: { width: "16" }, size: 256, batch: 2 },
];

/** Bundled, as users run it: translating the sources takes memory of its own. @returns the program's file */
export async function bundleGrowth(): Promise<string> {
  const folder = join(packageRoot(), ".build/native-growth");
  await bundlePrograms(packageRoot(), folder, {
    "native-growth": "tools/verify/memory/native-growth.ts",
    "session-worker": "runtime/engines/native/worker/session-worker.ts",
  });
  return join(folder, "native-growth.js");
}

function opened({ example, settings, size }: GrowthSubject) {
  const path = join(packageRoot(), "examples", example);
  const source = { path, text: readFileSync(path, "utf8") };
  const { networks } = compile(source, createFileHost(), { settings: new Map(Object.entries(settings)) });
  const [network] = networks;
  if (network === undefined) throw new Error(`${example} does not compile`);
  const shaped = shapeAt(network.graph, [size, size]);
  if (shaped.kind === "refused") throw new Error(shaped.message);
  return { network, sizes: inputSizes(shaped) };
}

/** @returns bytes */
async function growth(
  program: string,
  { example, settings, size, batch }: GrowthSubject,
  run: "predict" | "train",
  recomputation?: Recomputation,
): Promise<number> {
  const again = recomputation === undefined ? [] : [JSON.stringify(recomputation)];
  const words = [example, JSON.stringify(settings), String(size), String(batch), run, ...again];
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...words]);
  return Number(stdout.trim().split("\n").at(-1));
}

export async function compareGrowth(
  program: string,
  subject: GrowthSubject,
): Promise<readonly MemoryComparison[]> {
  const { network, sizes } = opened(subject);
  const engine = await loadEngine("native");
  const compared: MemoryComparison[] = [];
  for (const run of ["predict", "train"] as const) {
    const training = run === "train" ? sessionTraining(network) : undefined;
    const schedule = await engine.forecast(network.graph, { sizes, training });
    const measured = await growth(program, subject, run);
    compared.push({ run, forecast: memoryPeak(schedule, subject.batch).bytes, measured });
  }
  return compared;
}

export interface RecomputedGrowth extends Omit<MemoryComparison, "run"> {
  /** Operations that are added, as a share. */
  readonly added: number;
}

/**
 * A training step as it is, and at every level of recomputation.
 * @param isMeasured left out: every level is
 */
export async function compareRecomputation(
  program: string,
  subject: GrowthSubject,
  isMeasured: (level: number, count: number) => boolean = () => true,
): Promise<readonly RecomputedGrowth[]> {
  const { network, sizes } = opened(subject);
  const engine = await loadEngine("native");
  const batch = { images: subject.batch, sizes };
  const levels: TrainingLevel[] = [];
  for await (const level of trainingLevels(network.graph, engine, sessionTraining(network), batch))
    levels.push(level);
  const compared: RecomputedGrowth[] = [];
  for (const [place, { recomputation, added, bytes }] of levels.entries()) {
    if (!isMeasured(place, levels.length)) continue;
    const measured = await growth(program, subject, "train", recomputation);
    compared.push({ added, forecast: bytes, measured });
  }
  return compared;
}
