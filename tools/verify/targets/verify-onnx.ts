/** Every example as ONNX: valid for ONNX's checker, and in ONNX Runtime what our own engine gives. */
import { onnx } from "../../../compiler/targets/onnx/onnx.ts";
import type { MemorySubject } from "../memory/subjects.ts";
import { type Comparison, compareOnnx, livelySubject } from "./compare-onnx.ts";
import { checkModels, networkOf, sizesOf } from "./examples.ts";
import type { OnnxResult } from "./target-record.ts";
import { tolerance, type Verification } from "./verification.ts";

export interface OnnxVerification extends Verification<"onnx"> {
  /** Whether models are run, and not checked alone. */
  readonly run: boolean;
}

/** @returns whether all are right */
export async function verifyOnnx(
  subjects: readonly MemorySubject[],
  { record, changed = false, report, run }: OnnxVerification,
): Promise<boolean> {
  const models = new Map<string, Uint8Array>();
  let isRight = true;
  for (const subject of subjects) {
    const { example } = subject;
    const lively = livelySubject(await networkOf(subject));
    const emission = onnx.emit(lively);
    if (emission.kind === "refused") {
      await record?.keep(example, new Map(), {
        refused: emission.diagnostics.map(({ message }) => message),
      });
      report(`${example} as ONNX: refused`);
      continue;
    }
    const { files } = emission;
    const [model] = files.values();
    if (model === undefined) throw new Error("onnx gave no file");
    models.set(example, model);
    if (!run || (changed && record?.has(example, files) === true)) continue;
    const result = resultOf(await compareOnnx(lively, model, sizesOf(subject)));
    report(`${example} as ONNX: ${result.difference.toExponential(1)}`);
    if (result.difference < tolerance) await record?.keep(example, files, result);
    else isRight = false;
  }
  const found = await checkModels(models);
  if (found === undefined) throw new Error("ONNX's checker is missing: install python3-onnx (Debian)");
  report(found === "" ? `ONNX's checker: all ${models.size} valid` : found);
  return isRight && found === "";
}

function resultOf(comparisons: readonly Comparison[]): OnnxResult {
  return {
    sizes: [...new Set(comparisons.map(({ size }) => size.join("×")))],
    outputs: [...new Set(comparisons.map(({ output }) => output))],
    difference: Math.max(...comparisons.map(({ difference }) => difference)),
  };
}
