/** Every example as a graph model: run by TensorFlow.js at two sizes and compared with our own engine. */
import { tfjsModel } from "../../../compiler/targets/tfjs-model/tfjs-model.ts";
import type { MemorySubject } from "../memory/subjects.ts";
import {
  compareGraphModel,
  differences,
  type ExpectedOutputs,
  expectedOutputs,
} from "./compare-graph-model.ts";
import { type Comparison, livelySubject } from "./compare-onnx.ts";
import { networkOf, sizesOf } from "./examples.ts";
import {
  type GraphModelRunner,
  type ModelFiles,
  openGraphModelRunner,
  runGraphModelsInBrowser,
} from "./graph-model-runner.ts";
import { hasChromium } from "./run-in-browser.ts";
import type { GraphModelResult } from "./target-record.ts";
import { tolerance, type Verification } from "./verification.ts";

/** Pooling indices, resampling to a size, dilation, bins, transposed convolutions, crops that depend on the size. */
const onGpu: ReadonlySet<string> = new Set([
  "u-net.fcn",
  "segnet.fcn",
  "deeplab-v3-plus.fcn",
  "pspnet.fcn",
  "fcn-8s.fcn",
]);

interface Emitted {
  readonly example: string;
  readonly files: ModelFiles;
  readonly expected: readonly ExpectedOutputs[];
  readonly result: GraphModelResult;
}

export interface GraphModelVerification extends Verification<"tfjs-model"> {
  /** Of one image, and then of two; otherwise of two only. */
  readonly bothSizes: boolean;
  /** Whether some are run in Chromium too, in software. */
  readonly gpu: boolean;
}

/** @returns whether all are right */
export async function verifyGraphModels(
  subjects: readonly MemorySubject[],
  { record, changed = false, report, bothSizes, gpu }: GraphModelVerification,
): Promise<boolean> {
  const runners = { cpu: await openGraphModelRunner("cpu"), wasm: await openGraphModelRunner("wasm") };
  const emitted: Emitted[] = [];
  let isRight = true;
  const kept = async (example: string, files: ModelFiles, result: GraphModelResult): Promise<void> => {
    if (Object.values(result).every((difference) => difference < tolerance))
      await record?.keep(example, files, result);
    else isRight = false;
  };
  try {
    for (const subject of subjects) {
      const { example } = subject;
      const lively = livelySubject(await networkOf(subject));
      const emission = tfjsModel.emit(lively);
      if (emission.kind === "refused") {
        await record?.keep(example, new Map(), {
          refused: emission.diagnostics.map(({ message }) => message),
        });
        report(`${example} as a graph model: refused`);
        continue;
      }
      const { files } = emission;
      if (changed && record?.has(example, files) === true) continue;
      const expected = await expectedOutputs(lively, sizesOf(subject).slice(bothSizes ? 0 : 1));
      const on = async (runner: GraphModelRunner) =>
        largest(await compareGraphModel(files, expected, runner));
      const result = { cpu: await on(runners.cpu), wasm: await on(runners.wasm) };
      report(`${example} as a graph model: ${shown(result)}`);
      if (gpu && onGpu.has(example)) emitted.push({ example, files, expected, result });
      else await kept(example, files, result);
    }
  } finally {
    await runners.cpu.close();
    await runners.wasm.close();
  }
  if (emitted.length === 0) return isRight;
  if (!(await hasChromium())) throw new Error("chromium is not installed (Debian: chromium)");
  const webgl = await inBrowser("webgl", emitted, report);
  const webgpu = await inBrowser("webgpu", emitted, report);
  for (const [i, { example, files, result }] of emitted.entries())
    await kept(example, files, {
      ...result,
      webgl: webgl[i] ?? Number.NaN,
      webgpu: webgpu[i] ?? Number.NaN,
    });
  return isRight;
}

async function inBrowser(
  backend: "webgl" | "webgpu",
  emitted: readonly Emitted[],
  report: (line: string) => void,
): Promise<readonly number[]> {
  const models = emitted.map(({ files, expected }) => ({ files, batches: expected.map(({ fed }) => fed) }));
  const given = await runGraphModelsInBrowser(backend, models);
  return emitted.map(({ example, expected }, i) => {
    const difference = largest(differences(given[i] ?? [], expected));
    report(`${example} as a graph model: ${shown({ [backend]: difference })}`);
    return difference;
  });
}

function largest(comparisons: readonly Comparison[]): number {
  return Math.max(...comparisons.map(({ difference }) => difference));
}

function shown(differencesOf: Readonly<Record<string, number>>): string {
  return Object.entries(differencesOf)
    .map(([backend, value]) => `${backend} ${value.toExponential(1)}`)
    .join(", ");
}
