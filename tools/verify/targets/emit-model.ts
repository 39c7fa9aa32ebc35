/** The ONNX model of a subject that ONNX can express. */
import { onnx } from "../../../compiler/targets/onnx/onnx.ts";
import type { TargetSubject } from "../../../compiler/targets/target.ts";

/** @throws Error when it is refused. */
export function modelOf(subject: TargetSubject): Uint8Array {
  const emission = onnx.emit(subject);
  if (emission.kind === "refused") {
    throw new Error(emission.diagnostics.map(({ message }) => message).join("; "));
  }
  const [model] = emission.files.values();
  if (model === undefined) throw new Error("onnx gave no file");
  return model;
}
