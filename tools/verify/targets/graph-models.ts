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

export interface GraphModelRecord {
  readonly subject: MemorySubject;
  /** The largest difference on each backend that ran it; or why there is no model. */
  readonly result:
    | Readonly<Partial<Record<GraphModelBackend, number>>>
    | { readonly refused: readonly string[] };
}

export type GraphModelBackend = "cpu" | "wasm" | "webgl" | "webgpu";

/** Pooling indices, resampling to a size, dilation, bins, transposed convolutions, crops that depend on the size. */
const onGpu: ReadonlySet<string> = new Set([
  "u-net.fcn",
  "segnet.fcn",
  "deeplab-v3-plus.fcn",
  "pspnet.fcn",
  "fcn-8s.fcn",
]);

interface Emitted {
  readonly subject: MemorySubject;
  readonly files: ModelFiles;
  readonly expected: readonly ExpectedOutputs[];
}

/** @param gpu whether some are run in Chromium too, in software */
export async function compareGraphModels(
  subjects: readonly MemorySubject[],
  { gpu, report }: { readonly gpu: boolean; readonly report: (line: string) => void },
): Promise<readonly GraphModelRecord[]> {
  const runners = { cpu: await openGraphModelRunner("cpu"), wasm: await openGraphModelRunner("wasm") };
  const records: GraphModelRecord[] = [];
  const emitted: Emitted[] = [];
  try {
    for (const subject of subjects) {
      const lively = livelySubject(await networkOf(subject));
      const emission = tfjsModel.emit(lively);
      if (emission.kind === "refused") {
        records.push({ subject, result: { refused: emission.diagnostics.map(({ message }) => message) } });
        report(`${subject.example} as a graph model: refused`);
        continue;
      }
      const { files } = emission;
      const expected = await expectedOutputs(lively, sizesOf(subject));
      const on = async (runner: GraphModelRunner) =>
        largest(await compareGraphModel(files, expected, runner));
      const result = { cpu: await on(runners.cpu), wasm: await on(runners.wasm) };
      records.push({ subject, result });
      if (onGpu.has(subject.example)) emitted.push({ subject, files, expected });
      report(`${subject.example} as a graph model: ${shown(result)}`);
    }
  } finally {
    await runners.cpu.close();
    await runners.wasm.close();
  }
  if (!gpu || emitted.length === 0) return records;
  if (!(await hasChromium())) throw new Error("chromium is not installed (Debian: chromium)");
  const found = {
    webgl: await inBrowser("webgl", emitted, report),
    webgpu: await inBrowser("webgpu", emitted, report),
  };
  return records.map(({ subject, result }) => {
    const place = emitted.findIndex((each) => each.subject === subject);
    const [webgl, webgpu] = [found.webgl[place], found.webgpu[place]];
    if ("refused" in result || webgl === undefined || webgpu === undefined) return { subject, result };
    return { subject, result: { ...result, webgl, webgpu } };
  });
}

async function inBrowser(
  backend: "webgl" | "webgpu",
  emitted: readonly Emitted[],
  report: (line: string) => void,
): Promise<readonly number[]> {
  const models = emitted.map(({ files, expected }) => ({ files, batches: expected.map(({ fed }) => fed) }));
  const given = await runGraphModelsInBrowser(backend, models);
  return emitted.map(({ subject, expected }, i) => {
    const difference = largest(differences(given[i] ?? [], expected));
    report(`${subject.example} as a graph model: ${shown({ [backend]: difference })}`);
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
