/** A Python package for PyTorch: the network as modules. */

import type { Emission, Target, TargetSubject } from "../target.ts";
import { utf8 } from "../utf8.ts";
import { refusals } from "./refusals.ts";

export const pytorch = {
  name: "pytorch",
  summary: "a Python package for PyTorch: modules of the network, its weights, its loss and optimizer",
  holdsWeights: false,
  refusals: ({ network }) => refusals(network),
  emit,
} satisfies Target;

function emit(subject: TargetSubject): Emission | Promise<Emission> {
  const diagnostics = refusals(subject.network);
  return diagnostics.length > 0 ? { kind: "refused", diagnostics } : write(subject);
}

async function write(subject: TargetSubject): Promise<Emission> {
  const { packageFiles } = await import("./package/package.ts");
  const files = [...packageFiles(subject)].map(
    ([name, content]) => [name, typeof content === "string" ? utf8(content) : content] as const,
  );
  return { kind: "files", files: new Map(files) };
}
