/** Every example as a package for PyTorch: formatted, of valid types, and in float64 what the network's programs give. */
import { dirname } from "node:path";
import { refusals } from "../../../compiler/targets/pytorch/refusals.ts";
import { missingCheckers, packageFaults } from "./check-python.ts";
import {
  type AskedNetwork,
  comparePyTorch,
  emittedPackage,
  type PyTorchComparison,
} from "./compare-pytorch.ts";
import type { PyTorchResult } from "./target-record.ts";
import type { Verification } from "./verification.ts";

/** Batch normalisation divides by the deviation of a few values on these small images. */
const limits: PyTorchResult = {
  outputs: 1e-12,
  gradients: 1e-9,
  statistics: 1e-9,
  lossGradients: 1e-6, // the reference's come as float32
  losses: 1e-6,
};
/** PyTorch's gradient of the hard sigmoid has 1/6 in float32. */
const loose: Readonly<Record<string, Partial<PyTorchResult>>> = { "lr-aspp.fcn": { gradients: 1e-7 } };

const learningRate = 2 ** -13;
const steps = { usual: 10, short: 3 };

/** What the numbers come from; the loop of a run, for one, is not compared here. */
const computing = /\/(model|layers|losses|optimizer|weights)\.(py|safetensors)$/;

/** Of a package, the files that are compared. */
export function computingFiles(emitted: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  return new Map([...emitted].filter(([name]) => computing.test(name)));
}

export interface ExampleNetwork extends AskedNetwork {
  readonly example: string;
}

export interface PyTorchVerification extends Verification<"pytorch"> {
  /** Fewer steps, and one process of Python for all, which takes seconds to start. */
  readonly short: boolean;
}

/** @returns whether all are right */
export async function verifyPyTorch(
  given: readonly ExampleNetwork[],
  { record, changed = false, report, short }: PyTorchVerification,
): Promise<boolean> {
  const missing = await missingCheckers();
  if (missing.length > 0) throw new Error(`install ${missing.join(", ")} (Debian)`);
  const files = new Map<string, Uint8Array>();
  const typed = new Set<string>();
  const asked: (ExampleNetwork & { readonly compared: ReadonlyMap<string, Uint8Array> })[] = [];
  const training = { learningRate, steps: short ? steps.short : steps.usual };
  for (const one of given) {
    const { example, network } = one;
    const refused = refusals(network);
    if (refused.length > 0) {
      await record?.keep(example, new Map(), { refused: refused.map(({ message }) => message) });
      report(`${example} as PyTorch: refused`);
      continue;
    }
    const emitted = await emittedPackage(network);
    const compared = computingFiles(emitted);
    for (const [name, bytes] of emitted) {
      files.set(name, bytes);
      if (name.endsWith("/model.py")) typed.add(dirname(name));
    }
    if (!changed || record?.has(example, compared) !== true) asked.push({ ...one, compared, training });
  }
  const checks = packageFaults(files, typed); // in processes of their own, beside the comparisons
  let isRight = true;
  for (const together of short ? [asked] : asked.map((one) => [one])) {
    const comparisons = await comparePyTorch(together);
    for (const [i, { example, compared }] of together.entries()) {
      const comparison = comparisons[i];
      if (comparison === undefined) throw new Error(`${example} was not compared`);
      const result = resultOf(comparison);
      const faults = faultsOf(example, result);
      report(`${example} as PyTorch: ${shown(result)} (${comparison.gradientAt})`);
      for (const fault of faults) report(`  ${fault}`);
      if (faults.length === 0) await record?.keep(example, compared, result);
      else isRight = false;
    }
  }
  const faults = await checks;
  for (const fault of faults) report(fault);
  return isRight && faults.length === 0;
}

function resultOf({ outputs, gradients, statistics, training }: PyTorchComparison): PyTorchResult {
  if (training === undefined) throw new Error("no training was compared");
  const { lossGradients, losses } = training;
  return { outputs, gradients, statistics, lossGradients, losses: Math.max(...losses) };
}

function faultsOf(example: string, result: PyTorchResult): readonly string[] {
  const allowed = { ...limits, ...loose[example] };
  return measures.flatMap((measure) =>
    result[measure] < allowed[measure]
      ? []
      : [`${measure}: ${result[measure]}, and ${allowed[measure]} is allowed`],
  );
}

const measures = Object.keys(limits) as (keyof PyTorchResult)[]; // its own keys

function shown(result: PyTorchResult): string {
  return measures.map((measure) => `${measure} ${result[measure].toExponential(1)}`).join(", ");
}
