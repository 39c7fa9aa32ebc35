/** Whether the blocked kernels of this machine, which no documentation describes, compute what the public operators do. */
import { ProgramBuilder } from "../../../compiler/tensors/build.ts";
import { feedName } from "../../../compiler/tensors/evaluate.ts";
import { differentiate } from "../../../compiler/tensors/passes/differentiate.ts";
import type { Program } from "../../../compiler/tensors/program.ts";
import { elementCount, float32, type Value } from "../../../compiler/tensors/value.ts";
import { Random } from "../../random.ts";
import { blockSize } from "./block-size.ts";
import { blockedLowerings } from "./blocked/table.ts";
import { NativeExecutor } from "./executor.ts";
import { lowerProgram } from "./lower-program.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";
import { cacheFolder, isRecorded, passRecord, record } from "./self-test-record.ts";

let found: Promise<number | undefined> | undefined;

/** The block size; `undefined` where there are no such kernels, or they fail. Asked once in a process. */
export function checkedBlockSize(runtime: OnnxRuntime): Promise<number | undefined> {
  found ??= blockSize(runtime).then(async (block) => {
    if (block === undefined) return undefined;
    return (await passes(runtime, block, cacheFolder())) ? block : undefined;
  });
  return found;
}

/**
 * Whether the kernels pass the test, or passed it on this machine with these versions. A failure is not remembered: the machine may
 * have been short of memory.
 */
export async function passes(
  runtime: OnnxRuntime,
  block: number,
  folder: string | undefined,
  test: typeof passesNow = passesNow,
): Promise<boolean> {
  if (folder === undefined) return test(runtime, block);
  const facts = { tested: testedModels(block), runtime: JSON.stringify(runtime.env.versions) };
  const written = await passRecord(folder, facts);
  if (await isRecorded(written)) return true;
  const passed = await test(runtime, block);
  if (passed) await record(written, folder);
  return passed;
}

/** Of numbers of which each is a sum of at most some thousand products about 1. */
const tolerance = 1e-3;

/** Runs the test. */
export async function passesNow(runtime: OnnxRuntime, block: number): Promise<boolean> {
  const program = everyKernel(block);
  const random = new Random(1, "self-test");
  const feeds = new Map(
    program.feeds.map(({ kind, name, value }) => {
      const count = elementCount(program.values[value]?.shape ?? []);
      return [feedName(kind, name), Float32Array.from({ length: count }, () => random.normal())] as const;
    }),
  );
  try {
    const [blocked, publicly] = [
      await results(runtime, program, feeds, block),
      await results(runtime, program, feeds),
    ];
    return publicly.every((value, i) => Math.abs(value - (blocked[i] ?? Number.NaN)) <= tolerance);
  } catch {
    return false; // a kernel that is missing or refuses: the public operators are there for it
  }
}

function testedModels(block: number): readonly Uint8Array[] {
  const parts = lowerProgram(everyKernel(block), { table: blockedLowerings(block) });
  return parts.flatMap((part) => (part.kind === "model" ? [part.model] : []));
}

async function results(
  runtime: OnnxRuntime,
  program: Program,
  feeds: ReadonlyMap<string, Float32Array>,
  block?: number,
): Promise<readonly number[]> {
  const executor = new NativeExecutor({ runtime, block, threads: 1 });
  try {
    const { outputs } = await (await executor.prepare(program)).run(feeds);
    return [...outputs.values()].flatMap((values) => [...values]);
  } finally {
    executor.close();
  }
}

/** A convolution of few channels and one of a block, normalised; a part of a block; a pool, a transposed convolution; the gradients of all; a normalisation and a filter's gradient of larger maps, in parts. */
function everyKernel(block: number): Program {
  const build = new ProgramBuilder("self-test");
  const weight = (name: string, ...shape: readonly number[]) => build.feed("input", name, float32(...shape));
  const plain = { stride: [1, 1], dilation: [1, 1], before: [1, 1], after: [1, 1], groups: 1 } as const;
  const unpadded = { before: [0, 0], after: [0, 0] } as const;
  const apart = { ...plain, ...unpadded, stride: [2, 2] } as const;
  const x = weight("x", 2, 3, 8, 8);
  const filters = [
    weight("first", block, 3, 3, 3),
    weight("second", 2 * block, block, 3, 3),
    weight("third", 2 * block, block, 2, 2),
    weight("fourth", 12, block, 3, 3),
    weight("fifth", block, 12, 3, 3),
  ] as const;
  const first = build.maximum(normalised(build, build.conv(x, filters[0], plain)), 0);
  const [pooled] = build.windowMax(first, { ...apart, kernel: [2, 2] });
  const second = normalised(build, build.conv(pooled, filters[1], plain));
  const third = build.convInputGradient(second, filters[2], { ...apart, size: [8, 8] });
  const part = build.maximum(normalised(build, build.conv(first, filters[3], plain)), 0);
  const joined = build.concat([first, third, build.conv(part, filters[4], plain)], 1);
  const weights = weight("weights", ...joined.shape);
  const gradients = differentiate(build, [{ value: joined, weights }], filters);
  for (const [i, filter] of filters.entries()) {
    const gradient = gradients.get(filter.id);
    if (gradient !== undefined) build.output("gradient", String(i), gradient);
  }
  build.output("map", "joined", joined);
  // maps of several tiles, whose images are groups
  const [large, slopes] = [weight("large", 4, block, 96, 96), weight("slopes", 4, block, 96, 96)];
  const square = weight("square", block, block, 1, 1);
  build.output("map", "normalised", normalised(build, build.conv(large, square, { ...plain, ...unpadded })));
  const small = build.multiply(slopes, 0.01);
  build.output("map", "tiles", build.convFilterGradient(large, small, { ...plain, kernel: [3, 3] }));
  return build.finish();
}

function normalised(build: ProgramBuilder, x: Value): Value {
  const [mean, variance] = build.moments(x, [0, 2, 3]);
  return build.divide(build.subtract(x, mean), build.sqrt(build.add(variance, 1e-2)));
}
