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
  emit,
} satisfies Target;

function emit(subject: TargetSubject): Emission | Promise<Emission> {
  const diagnostics = refusals(subject.network);
  return diagnostics.length > 0 ? { kind: "refused", diagnostics } : write(subject);
}

async function write(subject: TargetSubject): Promise<Emission> {
  const { writeModule } = await import("./module/module.ts");
  const written = await writeModule(subject);
  const { runnableFiles } = await import("./runnable/runnable.ts");
  const around = subject.runnable
    ? await runnableFiles(subject.network, written.className, subject.version)
    : new Map<string, string>();
  const texts: readonly (readonly [string, string])[] = [
    [`${written.className}.ts`, written.text],
    ...around,
  ];
  const files = new Map(texts.map(([name, text]) => [name, utf8(text)]));
  return { kind: "files", files };
}
