/** TypeScript for TensorFlow.js: one module that predicts and trains. */

import type { Emission, Target, TargetSubject } from "../target.ts";
import { utf8 } from "../utf8.ts";
import { refusals } from "./refusals.ts";
import { notRunnable } from "./runnable/not-runnable.ts";

export const typescript = {
  name: "typescript",
  summary: "a TypeScript module for TensorFlow.js that predicts and trains, in Node and in the browser",
  holdsWeights: false,
  notRunnable,
  refusals: ({ network }) => refusals(network),
  emit,
} satisfies Target;

function emit(subject: TargetSubject): Emission | Promise<Emission> {
  const diagnostics = refusals(subject.network);
  return diagnostics.length > 0 ? { kind: "refused", diagnostics } : write(subject);
}

async function write(subject: TargetSubject): Promise<Emission> {
  const { writeModule } = await import("./module/module.ts");
  const written = await writeModule(subject);
  const files = new Map([[`${written.className}.ts`, utf8(written.text)]]);
  if (subject.runnable) {
    const { runnableFiles } = await import("./runnable/runnable.ts");
    for (const [path, bytes] of await runnableFiles(subject, written.className)) files.set(path, bytes);
  }
  return { kind: "files", files };
}
