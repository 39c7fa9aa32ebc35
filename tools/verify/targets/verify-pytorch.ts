/** Every example as a package for PyTorch: checked, compared with the tensor program in float64, and recorded. */
import { dirname } from "node:path";
import { refusals } from "../../../compiler/targets/pytorch/refusals.ts";
import type { MemorySubject } from "../memory/subjects.ts";
import { missingCheckers, packageFaults } from "./check-python.ts";
import { comparePyTorch, emittedPackage } from "./compare-pytorch.ts";
import { networkOf, sizesOf } from "./examples.ts";
import type { PyTorchRecord } from "./pytorch-page.ts";

/** Outputs and gradients in float64; batch normalisation divides by the deviation of a few values on these small images. */
const tolerance = { outputs: 1e-12, gradients: 1e-9 };
/** PyTorch's gradient of the hard sigmoid has 1/6 in float32. */
const looseGradients: Readonly<Record<string, number>> = { "lr-aspp.fcn": 1e-7 };
/** @param report a line for each example and each fault */
export async function verifyPyTorch(
  subjects: readonly MemorySubject[],
  report: (line: string) => void,
): Promise<{ readonly records: readonly PyTorchRecord[]; readonly isRight: boolean }> {
  const missing = await missingCheckers();
  if (missing.length > 0) throw new Error(`install ${missing.join(", ")} (Debian)`);
  const records: PyTorchRecord[] = [];
  const files = new Map<string, Uint8Array>();
  const typed = new Set<string>();
  let isRight = true;
  for (const subject of subjects) {
    const { example } = subject;
    const network = await networkOf(subject);
    const refused = refusals(network);
    if (refused.length > 0) {
      records.push({ example, result: { refused: refused.map(({ message }) => message) } });
      continue;
    }
    for (const [name, bytes] of await emittedPackage(network)) {
      files.set(name, bytes);
      if (name.endsWith("/model.py")) typed.add(dirname(name));
    }
    const [result] = await comparePyTorch([{ network, asked: sizesOf(subject) }]);
    if (result === undefined) throw new Error(`${example} was not compared`);
    records.push({ example, result });
    const shown = [result.outputs, result.gradients, result.statistics].map((value) =>
      value.toExponential(1),
    );
    report(`${example} as PyTorch: ${shown.join(", ")} (${result.gradientAt})`);
    const gradients = looseGradients[example] ?? tolerance.gradients;
    if (!(result.outputs < tolerance.outputs) || !(result.gradients < gradients)) isRight = false;
  }
  const faults = await packageFaults(files, typed);
  for (const fault of faults) report(fault);
  return { records, isRight: isRight && faults.length === 0 };
}
